package dev.adit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts Nginx as the origin, and as the front that the connector is compared with; each is one process. */
final class Nginx {
    private static final String COMMON = """
            daemon off;
            master_process off;
            worker_processes 1;
            pid NAME.pid;
            error_log NAME-error.log warn;
            events { worker_connections 1024; }
            http {
              access_log off;
              tcp_nodelay on;
              sendfile on;
              keepalive_timeout 3600s;
              client_header_timeout 3600s;
              keepalive_requests 1000000000;
              client_max_body_size 0;
              client_body_temp_path NAME-body; proxy_temp_path NAME-proxy; fastcgi_temp_path NAME-fastcgi;
              uwsgi_temp_path NAME-uwsgi; scgi_temp_path NAME-scgi;
            """;

    private static final String ORIGIN = """
              server {
                listen 127.0.0.1:PORT;
                root files;
                location = /small { default_type text/plain; return 200 "TEXT"; }
              }
            }
            """;

    private static final String FRONT = """
              upstream origin { server 127.0.0.1:ORIGIN; keepalive 64; keepalive_requests 1000000000; }
              upstream sink { server 127.0.0.1:SINK; keepalive 64; keepalive_requests 1000000000; }
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
              http2_max_concurrent_streams 1000;
            TUNING
              server {
                listen 127.0.0.1:PORT ssl http2;
                ssl_certificate front.crt;
                ssl_certificate_key front.key;
                ssl_protocols TLSv1.3;
                ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
                location / { proxy_pass http://origin; }
                location /upload { proxy_pass http://sink; }
              }
            }
            """;

    /** How the front is set up. */
    enum Tuning {
        /** Large buffers, no temporary files, bodies passed on as they come: what takes least CPU for large bodies. */
        TUNED("""
                  proxy_buffers 16 64k;
                  proxy_busy_buffers_size 256k;
                  proxy_max_temp_file_size 0;
                  proxy_request_buffering off;
                  client_body_buffer_size 1m;
                  http2_body_preread_size 1m;
                  http2_chunk_size 16k;
                """),
        /** What one gets who only writes {@code proxy_pass}. */
        STOCK("");

        private final String directives;

        Tuning(String directives) {
            this.directives = directives;
        }
    }

    private final String program;
    private final Path directory;

    /** Runs {@code program} with configuration and logs in {@code directory}. */
    Nginx(String program, Path directory) {
        this.program = program;
        this.directory = directory;
    }

    /** Serves {@code /small}, which is {@code text}, and the files in the folder {@code files}. */
    Child origin(int core, int port, String text) throws IOException {
        return start(
                "origin", core, ORIGIN.replace("PORT", Integer.toString(port)).replace("TEXT", text));
    }

    /** HTTP/2 over TLS 1.3 in, HTTP/1.1 with kept connections out. */
    Child front(Tuning tuning, int core, int port, LoopbackPorts origins) throws IOException {
        return start(
                name(tuning),
                core,
                FRONT.replace("PORT", Integer.toString(port))
                        .replace("ORIGIN", Integer.toString(origins.origin()))
                        .replace("SINK", Integer.toString(origins.sink()))
                        .replace("TUNING", tuning.directives));
    }

    /** What the report calls a front. */
    static String name(Tuning tuning) {
        return tuning == Tuning.TUNED ? "nginx" : "nginx-stock";
    }

    private Child start(String name, int core, String configuration) throws IOException {
        Path file = directory.resolve(name + ".conf");
        Files.writeString(file, (COMMON + configuration).replace("NAME", name));
        List<String> command =
                List.of(program, "-p", directory + "/", "-c", file.toString(), "-e", name + "-error.log");
        return Child.start(name, core, command, Map.of(), directory);
    }
}
