/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Open Liberty: a user directory of our own with a server that is made of files, {@code server.xml} and what that includes.
 *
 * <p>Used by one thread at a time.
 */
final class OpenLibertyServer implements Server {

    private static final String NAME = "peeklock";
    private static final Duration BOOT = Duration.ofMinutes(3);

    private final ServerSettings settings;
    private final Path user;
    private final Path configuration;
    private final PidFile pid;

    OpenLibertyServer(ServerSettings settings) {
        this.settings = settings;
        this.user = settings.work().resolve("usr");
        this.configuration = user.resolve("servers").resolve(NAME);
        this.pid = new PidFile(user.resolve("servers/.pid/" + NAME + ".pid"));
    }

    @Override
    public void publishPorts() {
        System.setProperty("peeklock.server.httpPort", Integer.toString(httpPort()));
        System.setProperty("peeklock.server.userDirectory", user.toString());
    }

    @Override
    public void start() {
        Commands.deleteAll(settings.work());
        try {
            Files.createDirectories(configuration);
            for (Path file : settings.files("xml")) {
                Files.copy(file, configuration.resolve(file.getFileName()));
            }
            Files.writeString(configuration.resolve("bootstrap.properties"), "peeklock.http.port=" + httpPort() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        restart();
    }

    @Override
    public void restart() {
        try {
            Files.deleteIfExists(log());
            server("start");
            // CWWKF0011I: ready. Adapters are installed beside that.
            await().atMost(BOOT).until(() -> Files.readString(log()).contains("CWWKF0011I"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        server("stop");
    }

    @Override
    public void kill() {
        pid.end(ProcessHandle::destroyForcibly);
    }

    @Override
    public @Nullable ProcessHandle process() {
        return pid.process();
    }

    @Override
    public Path log() {
        return configuration.resolve("logs/messages.log");
    }

    @Override
    public int httpPort() {
        return settings.portBase() + 80;
    }

    private void server(String command) {
        Commands.run(
                settings.work(),
                List.of(settings.home().resolve("bin/server").toString(), command, NAME),
                Map.of("JAVA_HOME", System.getProperty("java.home"), "WLP_USER_DIR", user.toString()));
    }
}
