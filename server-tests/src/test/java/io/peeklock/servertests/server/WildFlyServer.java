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
 * WildFly: a base directory of our own with the configuration {@code standalone-full.xml}, which scripts of its command line
 * change before the first start.
 *
 * <p>Used by one thread at a time.
 */
final class WildFlyServer implements Server {

    private static final Duration BOOT = Duration.ofMinutes(3);

    private final ServerSettings settings;
    private final Path base;
    private final PidFile pid;
    private int starts;

    WildFlyServer(ServerSettings settings) {
        this.settings = settings;
        this.base = settings.work().resolve("standalone");
        this.pid = new PidFile(settings.work().resolve("pid"));
    }

    @Override
    public void publishPorts() {
        System.setProperty("peeklock.server.adminPort", Integer.toString(9990 + portOffset()));
    }

    @Override
    public void start() {
        Commands.deleteAll(settings.work());
        Commands.copyAll(settings.home().resolve("standalone/configuration"), base.resolve("configuration"));
        for (Path script : settings.files("cli")) {
            Commands.run(
                    settings.work(),
                    List.of(settings.home().resolve("bin/jboss-cli.sh").toString(), "--file=" + script),
                    Map.of(
                            "JAVA_HOME",
                            System.getProperty("java.home"),
                            "JAVA_OPTS",
                            "-Djboss.server.base.dir=" + base));
        }
        restart();
    }

    @Override
    public void restart() {
        starts++;
        Path console = settings.work().resolve("console-" + starts + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        settings.home().resolve("bin/standalone.sh").toString(),
                        "--server-config=standalone-full.xml",
                        "-Djboss.server.base.dir=" + base,
                        "-Djboss.socket.binding.port-offset=" + portOffset())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "true");
        builder.environment().put("JBOSS_PIDFILE", pid.file().toString());
        try {
            Files.deleteIfExists(pid.file());
            Process script = builder.start();
            // WFLYSRV0025 is said at the end of a clean start, WFLYSRV0026 at the end of one with errors.
            await().atMost(BOOT)
                    .until(() -> !script.isAlive() || Files.readString(console).contains("WFLYSRV002"));
            if (!Files.readString(console).contains("WFLYSRV0025")) {
                throw new IllegalStateException("WildFly has not started as it should, see " + console);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        pid.end(ProcessHandle::destroy);
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
        return base.resolve("log/server.log");
    }

    @Override
    public int httpPort() {
        return settings.portBase() + 80;
    }

    /** All of its ports are moved by this much: those for messages and transactions are not open. */
    private int portOffset() {
        return httpPort() - 8080;
    }
}
