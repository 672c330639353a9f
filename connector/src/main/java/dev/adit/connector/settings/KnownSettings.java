package dev.adit.connector.settings;

import static dev.adit.connector.settings.Setting.Kind.DURATION;
import static dev.adit.connector.settings.Setting.Kind.LIST;
import static dev.adit.connector.settings.Setting.Kind.NUMBER;
import static dev.adit.connector.settings.Setting.Kind.SWITCH;
import static dev.adit.connector.settings.Setting.Kind.TEXT;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every setting of {@code adit tunnel run}, under cloudflared's names. */
public final class KnownSettings {
    /** What a user may want to set, in the order of {@code --help}. */
    private static final List<Setting> MAIN = List.of(
            Setting.of(TEXT, "token")
                    .from("TUNNEL_TOKEN")
                    .says(
                            "TOKEN",
                            "The tunnel's token. Other users of this machine can see the arguments of a process: prefer"
                                    + " --token-file."),
            Setting.of(TEXT, "token-file")
                    .from("TUNNEL_TOKEN_FILE")
                    .says(
                            "FILE",
                            "File that holds the token; without it, the systemd credential called token, if there is"
                                    + " one."),
            Setting.of(TEXT, "credentials-file", "cred-file")
                    .from("TUNNEL_CRED_FILE")
                    .says("FILE", "JSON file with account, tunnel and secret, as tunnel create writes it."),
            Setting.of(TEXT, "credentials-contents")
                    .from("TUNNEL_CRED_CONTENTS")
                    .says("JSON", "The content of such a file; like a token, it should not be an argument."),
            Setting.of(TEXT, "config")
                    .from("TUNNEL_CONFIG")
                    .says("FILE", "YAML file with ingress rules and any of these settings by their long names."),
            Setting.of(LIST, "edge")
                    .from("TUNNEL_EDGE")
                    .says(
                            "HOST:PORT",
                            "Where the edge listens; may be repeated: the first, third and so on are one region, the"
                                    + " others another. Found by DNS by default."),
            Setting.of(TEXT, "region")
                    .from("TUNNEL_REGION")
                    .says("REGION", "Region whose edge to look up, such as us; the nearest one by default."),
            Setting.of(TEXT, "edge-ip-version")
                    .from("TUNNEL_EDGE_IP_VERSION")
                    .or("auto")
                    .says(
                            "VERSION",
                            "auto, 4 or 6: which of the addresses that were looked up to dial; auto by default."),
            Setting.of(TEXT, "edge-bind-address")
                    .from("TUNNEL_EDGE_BIND_ADDRESS")
                    .says("IP", "Address of this machine to dial from; it decides between IPv4 and IPv6."),
            Setting.of(TEXT, "edge-proxy")
                    .from("TUNNEL_EDGE_PROXY")
                    .says(
                            "URL",
                            "HTTP proxy that is asked to connect to the edge, such as http://USER:PASSWORD@HOST:3128; HTTPS_PROXY"
                                    + " is not used. A password belongs into the environment or the file."),
            Setting.of(TEXT, "state-dir")
                    .from("STATE_DIRECTORY")
                    .says(
                            "DIR",
                            "Directory that keeps what the edge sent last and the addresses that were looked up last, for"
                                    + " the next start and times without DNS; none by default."),
            Setting.of(TEXT, "runtime-dir")
                    .from("RUNTIME_DIRECTORY")
                    .says(
                            "DIR",
                            "Directory of the socket by which another process takes over; that of --state-dir by default."),
            Setting.of(SWITCH, "takeover")
                    .from("TUNNEL_TAKEOVER")
                    .says(
                            "BOOL",
                            "Register beside the process that serves this tunnel already, then make it end when its"
                                    + " requests have; needs the same --runtime-dir or --state-dir."),
            Setting.of(NUMBER, "max-active-flows")
                    .from("TUNNEL_MAX_ACTIVE_FLOWS")
                    .expert()
                    .says(
                            "N",
                            "Most flows of private networks at one time, 0 for no limit; wins over what the edge says."),
            Setting.of(TEXT, "pidfile")
                    .from("TUNNEL_PIDFILE")
                    .says("FILE", "File for the number of this process, from the first registration to its end."),
            Setting.of(TEXT, "dns-server")
                    .from("TUNNEL_DNS_SERVER")
                    .says("IP:PORT", "Name server to ask for the edge instead of this machine's; for tests."),
            Setting.of(TEXT, "dns-over-tls")
                    .from("TUNNEL_DNS_OVER_TLS")
                    .or("1.1.1.1:853")
                    .says("IP:PORT", "Name server to ask through TLS when the others fail; 1.1.1.1:853 by default."),
            Setting.of(TEXT, "cacert")
                    .from("TUNNEL_CACERT")
                    .says("FILE", "PEM authorities to trust for the edge instead of this machine's."),
            Setting.of(NUMBER, "ha-connections")
                    .from("TUNNEL_HA_CONNECTIONS")
                    .or("4")
                    .says("N", "Connections to keep to the edge, 1 to 64; 4 by default."),
            Setting.of(DURATION, "grace-period")
                    .from("TUNNEL_GRACE_PERIOD")
                    .or("30s")
                    .says(
                            "DURATION",
                            "How long running requests may take after SIGTERM, such as 30s or 1m30s, at most 3m; 30s by"
                                    + " default."),
            Setting.of(DURATION, "rpc-timeout")
                    .from("TUNNEL_RPC_TIMEOUT")
                    .or("5s")
                    .says("DURATION", "How long the edge may take to answer a registration; 5s by default."),
            Setting.of(DURATION, "dial-edge-timeout")
                    .from("DIAL_EDGE_TIMEOUT")
                    .or("15s")
                    .says(
                            "DURATION",
                            "How long a TCP connect to the edge may take, and again the TLS handshake; 15s by default."),
            Setting.of(NUMBER, "retries", "backoff-exponent")
                    .from("TUNNEL_RETRIES")
                    .or("5")
                    .says(
                            "N",
                            "The wait between tries grows up to 2^N seconds, 0 to 10; 5 by default, which is 32s. The"
                                    + " number of tries has no limit."),
            Setting.of(SWITCH, "no-prechecks")
                    .from("TUNNEL_NO_PRECHECKS")
                    .says("BOOL", "Do without the look at names, edge and origins that adit check takes, at start."),
            Setting.of(DURATION, "exit-after")
                    .from("TUNNEL_EXIT_AFTER")
                    .says(
                            "DURATION",
                            "Exit with 1 when nothing was registered for so long, for a service manager that starts the"
                                    + " connector elsewhere then; never by default."),
            Setting.of(TEXT, "metrics")
                    .from("TUNNEL_METRICS")
                    .or("localhost:0")
                    .says(
                            "ADDRESS",
                            "HOST:PORT or unix:PATH of the local HTTP server with /metrics, /ready and more, which asks for no"
                                    + " password; the first free of the ports 20241 to 20245 of this machine by default."),
            Setting.of(TEXT, "loglevel")
                    .from("TUNNEL_LOGLEVEL")
                    .or("info")
                    .says("LEVEL", "debug, info, warn, error or fatal; info by default."),
            Setting.of(TEXT, "transport-loglevel", "proto-loglevel")
                    .from("TUNNEL_PROTO_LOGLEVEL", "TUNNEL_TRANSPORT_LOGLEVEL")
                    .expert()
                    .says("LEVEL", "The same for what is below registration: finding, dialing, TLS, HTTP/2."),
            Setting.of(TEXT, "output")
                    .from("TUNNEL_MANAGEMENT_OUTPUT", "TUNNEL_LOG_OUTPUT")
                    .or("default")
                    .says("FORM", "Form of the log on standard error: default, or json for one object a line."),
            Setting.of(TEXT, "logfile")
                    .from("TUNNEL_LOGFILE")
                    .says("FILE", "File that gets the log too, as JSON; SIGUSR1 opens it anew after a rotation."),
            Setting.of(TEXT, "log-directory")
                    .from("TUNNEL_LOGDIRECTORY")
                    .says("DIR", "Directory for cloudflared.log, which gets the log too, as JSON, and is rotated."),
            Setting.of(SWITCH, "access-log")
                    .from("TUNNEL_ACCESS_LOG")
                    .says("BOOL", "Log one line for each request that is over."),
            Setting.of(NUMBER, "log-max-size")
                    .from("TUNNEL_LOG_MAX_SIZE")
                    .or("1")
                    .expert()
                    .says("MIB", "Size at which the file in --log-directory is put aside; 1 by default."),
            Setting.of(NUMBER, "log-max-files")
                    .from("TUNNEL_LOG_MAX_FILES")
                    .or("5")
                    .expert()
                    .says("N", "How many files that were put aside are kept; 5 by default."),
            Setting.of(TEXT, "log-timezone")
                    .from("TUNNEL_LOG_TIMEZONE")
                    .or("UTC")
                    .expert()
                    .says("ZONE", "Time zone of the log on standard error: UTC, local or a name; not for JSON."),
            Setting.of(TEXT, "protocol", "p")
                    .from("TUNNEL_TRANSPORT_PROTOCOL")
                    .or("auto")
                    .says("NAME", "auto or http2, which is what auto means here."),
            Setting.of(TEXT, "edge-ca")
                    .from("TUNNEL_EDGE_CA")
                    .says("FILE", "PEM authorities to trust for the edge beside this machine's."),
            Setting.of(SWITCH, "post-quantum", "pq")
                    .from("TUNNEL_POST_QUANTUM")
                    .says(
                            "BOOL",
                            "Agree on keys with the edge by X25519MLKEM768 and nothing else; about a second slower to"
                                    + " start."),
            Setting.of(LIST, "tag")
                    .from("TUNNEL_TAG")
                    .says(
                            "KEY=VALUE",
                            "Add the header Cf-Warp-Tag-KEY to all requests to the origin; may be repeated."),
            Setting.of(LIST, "features", "F")
                    .from("TUNNEL_FEATURES")
                    .expert()
                    .says("NAME", "Tell the edge that the connector can do this too; may be repeated."),
            Setting.of(TEXT, "label")
                    .from("TUNNEL_LABEL")
                    .expert()
                    .says("TEXT", "What to call this connector in its log."),
            Setting.of(TEXT, "quick-service")
                    .from("TUNNEL_QUICK_SERVICE")
                    .or("https://api.trycloudflare.com")
                    .expert()
                    .says("URL", "Where 'tunnel --url' asks for a quick tunnel."));

    /** One origin without ingress rules. */
    private static final List<Setting> ORIGIN = List.of(
            Setting.of(TEXT, "url")
                    .from("TUNNEL_URL")
                    .says("URL", "Where all requests go if there are no ingress rules, such as http://localhost:8080."),
            Setting.of(TEXT, "unix-socket")
                    .from("TUNNEL_UNIX_SOCKET")
                    .expert()
                    .says("PATH", "The same for an origin that listens on a socket in the file system."),
            Setting.of(SWITCH, "hello-world")
                    .from("TUNNEL_HELLO_WORLD")
                    .says("BOOL", "Answer all requests with a page that says that the tunnel works."),
            Setting.of(DURATION, "proxy-connect-timeout")
                    .expert()
                    .says("DURATION", "How long a TCP connect to the origin may take; 30s by default."),
            Setting.of(DURATION, "proxy-tls-timeout")
                    .expert()
                    .says("DURATION", "How long a TLS handshake with the origin may take; 10s by default."),
            Setting.of(DURATION, "proxy-tcp-keepalive")
                    .expert()
                    .says("DURATION", "Interval of TCP keep-alive probes to the origin; 30s by default."),
            Setting.of(SWITCH, "proxy-no-happy-eyeballs")
                    .expert()
                    .says("BOOL", "Try the origin's addresses one after the other."),
            Setting.of(NUMBER, "proxy-keepalive-connections")
                    .expert()
                    .says("N", "Idle connections to keep to the origin; 100 by default."),
            Setting.of(DURATION, "proxy-keepalive-timeout")
                    .expert()
                    .says("DURATION", "How long an idle connection is kept; 90s by default."),
            Setting.of(TEXT, "http-host-header")
                    .from("TUNNEL_HTTP_HOST_HEADER")
                    .expert()
                    .says("HOST", "The Host that the origin gets."),
            Setting.of(TEXT, "origin-server-name")
                    .from("TUNNEL_ORIGIN_SERVER_NAME")
                    .expert()
                    .says("NAME", "The name that the origin's certificate must have."),
            Setting.of(TEXT, "origin-ca-pool")
                    .from("TUNNEL_ORIGIN_CA_POOL")
                    .expert()
                    .says("FILE", "PEM authorities to trust for the origin beside this machine's."),
            Setting.of(SWITCH, "no-tls-verify")
                    .from("NO_TLS_VERIFY")
                    .expert()
                    .says("BOOL", "Take any certificate from the origin."),
            Setting.of(SWITCH, "no-chunked-encoding")
                    .from("TUNNEL_NO_CHUNKED_ENCODING")
                    .expert()
                    .says("BOOL", "Refuse requests without a length with 411 instead of sending them chunked."),
            Setting.of(SWITCH, "http2-origin")
                    .from("TUNNEL_ORIGIN_ENABLE_HTTP2")
                    .expert()
                    .says("BOOL", "Offer HTTP/2 to an origin behind TLS."));

    /** What has no effect, today or ever again, and is in people's command lines and files. */
    private static final List<Setting> IGNORED = List.of(
            ignored(SWITCH, "no-autoupdate", "NO_AUTOUPDATE"),
            ignored(DURATION, "autoupdate-freq"),
            ignored(SWITCH, "is-autoupdated"),
            // Of use with route dns only, which has an option of its own.
            ignored(SWITCH, "overwrite-dns", "TUNNEL_FORCE_PROVISIONING_DNS"),
            ignored(DURATION, "metrics-update-freq", "TUNNEL_METRICS_UPDATE_FREQ"),
            ignored(DURATION, "proxy-connection-timeout"),
            ignored(DURATION, "proxy-expect-continue-timeout"),
            ignored(TEXT, "proxy-address", "TUNNEL_PROXY_ADDRESS"),
            ignored(NUMBER, "proxy-port", "TUNNEL_PROXY_PORT"),
            ignored(NUMBER, "max-edge-addr-retries"),
            ignored(DURATION, "write-stream-timeout", "TUNNEL_STREAM_WRITE_TIMEOUT"),
            ignored(SWITCH, "quic-disable-pmtu-discovery", "TUNNEL_DISABLE_QUIC_PMTU"),
            ignored(NUMBER, "quic-connection-level-flow-control-limit", "TUNNEL_QUIC_CONN_LEVEL_FLOW_CONTROL_LIMIT"),
            ignored(NUMBER, "quic-stream-level-flow-control-limit", "TUNNEL_QUIC_STREAM_LEVEL_FLOW_CONTROL_LIMIT"),
            ignored(TEXT, "icmpv4-src", "TUNNEL_ICMPV4_SRC"),
            ignored(TEXT, "icmpv6-src", "TUNNEL_ICMPV6_SRC"),
            ignored(LIST, "dns-resolver-addrs", "TUNNEL_DNS_RESOLVER_ADDRS"),
            ignored(TEXT, "management-hostname", "TUNNEL_MANAGEMENT_HOSTNAME"),
            ignored(SWITCH, "management-diagnostics", "TUNNEL_MANAGEMENT_DIAGNOSTICS"),
            ignored(TEXT, "service-op-ip", "TUNNEL_SERVICE_OP_IP"),
            ignored(TEXT, "trace-output", "TUNNEL_TRACE_OUTPUT"),
            ignored(NUMBER, "max-fetch-size", "TUNNEL_MAX_FETCH_SIZE"),
            ignored(TEXT, "id", "TUNNEL_ID"),
            ignored(TEXT, "api-key", "TUNNEL_API_KEY"),
            ignored(TEXT, "api-email", "TUNNEL_API_EMAIL"),
            ignored(TEXT, "api-ca-key", "TUNNEL_API_CA_KEY"),
            ignored(DURATION, "heartbeat-interval"),
            ignored(NUMBER, "heartbeat-count"),
            ignored(NUMBER, "compression-quality", "TUNNEL_COMPRESSION_LEVEL"),
            ignored(SWITCH, "use-reconnect-token", "TUNNEL_USE_RECONNECT_TOKEN"),
            ignored(SWITCH, "ui"),
            ignored(SWITCH, "proxy-dns"),
            ignored(NUMBER, "proxy-dns-port"),
            ignored(TEXT, "proxy-dns-address"),
            ignored(LIST, "proxy-dns-upstream"),
            ignored(NUMBER, "proxy-dns-max-upstream-conns"),
            ignored(LIST, "proxy-dns-bootstrap"),
            ignored(SWITCH, "ssh-server", "TUNNEL_SSH_SERVER"),
            ignored(TEXT, "local-ssh-port", "LOCAL_SSH_PORT"),
            ignored(DURATION, "ssh-idle-timeout", "SSH_IDLE_TIMEOUT"),
            ignored(DURATION, "ssh-max-timeout", "SSH_MAX_TIMEOUT"),
            ignored(TEXT, "bucket-name", "BUCKET_ID"),
            ignored(TEXT, "region-name", "REGION_ID"),
            ignored(TEXT, "secret-id", "SECRET_ID"),
            ignored(TEXT, "access-key-id", "ACCESS_CLIENT_ID"),
            ignored(TEXT, "session-token", "SESSION_TOKEN_ID"),
            ignored(TEXT, "s3-url-host", "S3_URL"),
            ignored(TEXT, "host-key-path", "HOST_KEY_PATH"));

    /** What a connector that is a node's only daemon does not do. */
    private static final List<Setting> REFUSED = List.of(
            Setting.of(TEXT, "name", "n")
                    .from("TUNNEL_NAME")
                    .refused("a tunnel is not created while it is run; create it first, then give its token"),
            Setting.of(TEXT, "hostname")
                    .from("TUNNEL_HOSTNAME")
                    .refused("classic tunnels are no more; route the host name to the tunnel instead"),
            Setting.of(TEXT, "lb-pool")
                    .from("TUNNEL_LB_POOL")
                    .refused("load balancers are set up at the edge, not by a connector"),
            Setting.of(SWITCH, "bastion")
                    .from("TUNNEL_BASTION")
                    .refused("use an ingress rule with the service bastion instead"),
            Setting.of(SWITCH, "socks5")
                    .from("TUNNEL_SOCKS")
                    .refused("use an ingress rule with the service socks-proxy instead"));

    /** Every one of them. */
    public static final List<Setting> ALL = Stream.of(MAIN, ORIGIN, AccountSettings.ALL, IGNORED, REFUSED)
            .flatMap(List::stream)
            .toList();

    private KnownSettings() {}

    /** The names of those that make rules, and so can change while the process runs. */
    public static Set<String> ofRules() {
        return ORIGIN.stream().map(Setting::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Those that the help shows by default. */
    public static List<Setting> shown() {
        List<Setting> shown = new ArrayList<>(MAIN);
        shown.addAll(ORIGIN);
        return List.copyOf(shown);
    }

    /** Those that the help of a command shows that manages tunnels. */
    public static List<Setting> managing() {
        List<Setting> managing = new ArrayList<>(AccountSettings.ALL);
        MAIN.stream()
                .filter(setting -> setting.name().equals("credentials-file")
                        || setting.name().equals("config"))
                .forEach(managing::add);
        return List.copyOf(managing);
    }

    private static Setting ignored(Setting.Kind kind, String name, String... variables) {
        return Setting.of(kind, name).from(variables).ignored();
    }
}
