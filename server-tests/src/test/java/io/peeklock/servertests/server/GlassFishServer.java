/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * GlassFish and Payara: a domain of our own, told what to do by asadmin.
 *
 * <p>Used by one thread at a time.
 */
final class GlassFishServer implements Server {

    private static final String DOMAIN = "peeklock";

    private final ServerSettings settings;
    private final Path domains;

    GlassFishServer(ServerSettings settings) {
        this.settings = settings;
        this.domains = settings.work().resolve("domains");
    }

    @Override
    public void publishPorts() {
        System.setProperty("peeklock.server.adminPort", Integer.toString(adminPort()));
        System.setProperty("peeklock.server.httpPort", Integer.toString(httpPort()));
    }

    @Override
    public void start() {
        Commands.deleteAll(settings.work());
        asadmin(
                "create-domain",
                "--nopassword=true",
                "--portbase",
                Integer.toString(settings.portBase()),
                "--domaindir",
                domains.toString(),
                DOMAIN);
        restart();
    }

    @Override
    public void restart() {
        asadmin("start-domain", "--domaindir", domains.toString(), DOMAIN);
    }

    @Override
    public void stop() {
        asadmin("stop-domain", "--domaindir", domains.toString(), DOMAIN);
    }

    @Override
    public void kill() {
        ProcessHandle process = process();
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    @Override
    public Path log() {
        return domains.resolve(DOMAIN).resolve("logs/server.log");
    }

    @Override
    public int httpPort() {
        return settings.portBase() + 80;
    }

    private int adminPort() {
        return settings.portBase() + 48;
    }

    @Override
    public @Nullable ProcessHandle process() {
        Path file = domains.resolve(DOMAIN).resolve("config/pid");
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    .orElse(null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void asadmin(String command, String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(settings.home().resolve("glassfish/bin/asadmin").toString());
        line.add("--port");
        line.add(Integer.toString(adminPort()));
        line.add("--interactive=false");
        line.add(command);
        line.addAll(List.of(arguments));
        Commands.run(settings.work(), line, Map.of("AS_JAVA", System.getProperty("java.home")));
    }
}
