package dev.adit.connector.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tells systemd what to do, by its command. Blocks. */
final class Systemctl {
    private final String command;

    Systemctl(String command) {
        this.command = command;
    }

    /** Runs it with {@code arguments}; what it complains of becomes the message of the problem. */
    void run(String... arguments) throws ServiceProblem {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(arguments));
        String line = "systemctl " + String.join(" ", arguments);
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new ServiceProblem(line + " failed with exit code " + exitCode + ": " + said);
            }
        } catch (IOException e) {
            throw new ServiceProblem(line + " can't be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceProblem(line + " was not waited for");
        }
    }
}
