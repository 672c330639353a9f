package dev.adit.connector.service;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a service is to run.
 *
 * @param command the program, an absolute path
 * @param config the configuration file, read in place; null for none
 * @param credentials the file with the tunnel's credentials; null if there is a token
 */
public record ServiceUnit(
        Path command, @Nullable Path config, @Nullable Path credentials) {

    /** The unit file of the service that {@code layout} names. */
    String text(ServiceLayout layout) {
        String arguments = config == null ? "" : " --config " + quoted(config);
        String secret;
        if (credentials == null) {
            // The connector looks for a credential of this name by itself.
            secret = "token:" + layout.token();
        } else {
            secret = "credentials.json:" + credentials;
            arguments += " --credentials-file %d/credentials.json";
        }
        return """
                # Written by "service install", which writes it anew. Changes belong into "systemctl edit %1$s".
                [Unit]
                Description=%1$s tunnel connector
                # A package may be removed and its configuration kept.
                ConditionFileIsExecutable=%5$s
                Wants=network-online.target
                After=network-online.target
                # Only a wrong setting makes it exit; it waits for networks by itself.
                StartLimitIntervalSec=0

                [Service]
                # Ready once it listens on this machine; the edge may come later. A program of systemd says so for it.
                Type=notify
                NotifyAccess=all
                WatchdogSec=60s
                # The watchdog's SIGABRT: soon SIGKILL instead, and never a core with the token in it.
                TimeoutAbortSec=10s
                LimitCORE=0
                ExecStart=%2$s%3$s tunnel run
                ExecReload=/bin/kill -HUP $MAINPID
                Restart=on-failure
                RestartSec=5s
                # The JVM's own way to end on SIGTERM, if that comes before the connector can.
                SuccessExitStatus=143
                # Above the longest grace period.
                TimeoutStopSec=200s
                LimitNOFILE=65536

                # A user of its own, to whom nothing belongs but its state; the secret stays root's.
                DynamicUser=yes
                LoadCredential=%4$s
                StateDirectory=%1$s
                RuntimeDirectory=%1$s
                UMask=0077

                NoNewPrivileges=yes
                CapabilityBoundingSet=
                PrivateTmp=yes
                PrivateDevices=yes
                PrivateUsers=yes
                PrivateIPC=yes
                ProtectSystem=strict
                ProtectHome=yes
                ProtectClock=yes
                ProtectHostname=yes
                ProtectKernelTunables=yes
                ProtectKernelModules=yes
                ProtectKernelLogs=yes
                ProtectControlGroups=yes
                ProtectProc=invisible
                RestrictNamespaces=yes
                RestrictRealtime=yes
                RestrictSUIDSGID=yes
                RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
                LockPersonality=yes
                RemoveIPC=yes
                KeyringMode=private
                DevicePolicy=closed
                SystemCallArchitectures=native
                SystemCallFilter=@system-service
                SystemCallFilter=~@privileged @resources
                SystemCallErrorNumber=EPERM

                [Install]
                WantedBy=multi-user.target
                """.formatted(layout.name(), quoted(command), arguments, secret, escaped(command));
    }

    /** As systemd reads a whole value: its specifiers begin with a percent sign. */
    private static String escaped(Path path) {
        return path.toString().replace("%", "%%");
    }

    /** As systemd reads words. */
    private static String quoted(Path path) {
        String text = escaped(path);
        return text.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '\\' || c == '\'')
                ? String.format(
                        Locale.ROOT, "\"%s\"", text.replace("\\", "\\\\").replace("\"", "\\\""))
                : text;
    }
}
