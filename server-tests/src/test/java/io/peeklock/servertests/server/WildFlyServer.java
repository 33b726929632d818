/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.database.StoppingDataSource;
import jakarta.jms.Queue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;

/**
 * WildFly: a base directory of our own with {@code standalone-full.xml}, set up by the script that the adapter offers to
 * administrators, and by what these tests want beside that.
 *
 * <p>Used by one thread at a time.
 */
final class WildFlyServer implements Server {

    private static final Duration BOOT = Duration.ofMinutes(3);

    private static final String DRIVER_MODULE = "io.peeklock.servertests.database";

    private static final Pattern ENTRY = Pattern.compile("(?m)^(?=\\d{4}-\\d\\d-\\d\\d \\d\\d:)");
    private static final Pattern LOUD = Pattern.compile("\\A\\S+ \\S+ (WARN|ERROR|FATAL) ");

    /**
     * What it warns of by itself: a key store that is made when it is needed; whatever an application defines; a scan
     * for branches that comes before the adapter, which is started when its archive is deployed; and, for ever, a branch of a bean that was
     * committed just before a kill: it keeps that in its log under no name (docs/application-servers.md, WildFly).
     */
    private static final List<Pattern> NOISE = Stream.of(
                    "WFLYELY00023",
                    "WFLYELY01084",
                    "WFLYJCA002[789]",
                    "IJ020016.*java:app/",
                    "IJ000906.*the resource adapter is not started",
                    "ARJUNA01603[78].*eis_name=unknown eis name")
            .map(Pattern::compile)
            .toList();

    /** Those of the offered script. */
    private static final List<String> OFFERED_DESTINATIONS = List.of("orders", "prices");

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
        System.setProperty("peeklock.server.adminPort", Integer.toString(adminPort()));
    }

    @Override
    public int httpPort() {
        return settings.portBase() + 80;
    }

    /** All ports are moved by this much. */
    private int portOffset() {
        return httpPort() - 8080;
    }

    private int adminPort() {
        return 9990 + portOffset();
    }

    // ---- Life

    @Override
    public void start() {
        Commands.deleteAll(settings.work());
        Commands.copyAll(settings.home().resolve("standalone/configuration"), base.resolve("configuration"));
        Commands.copyAll(settings.home().resolve("standalone/deployments"), base.resolve("deployments"));
        addDriverModule();
        List<String> commands = new ArrayList<>();
        commands.add("embed-server --server-config=standalone-full.xml");
        commands.addAll(Commands.lines(settings.configuration().resolve("peeklock.cli")));
        commands.addAll(destinationCommands());
        commands.addAll(databaseCommands());
        commands.addAll(recoveryCommands());
        commands.addAll(telemetryCommands());
        commands.add(deployCommand(ServerResources.ADAPTER));
        commands.add("stop-embedded-server");
        cli(commands);
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
                        "-Djboss.socket.binding.port-offset=" + portOffset(),
                        "-Djboss.tx.node.id=tests",
                        "-Dpeeklock.url=" + ServerResources.busUrl(settings))
                .redirectErrorStream(true)
                .redirectOutput(console.toFile());
        builder.environment().putAll(environment());
        builder.environment().put("LAUNCH_JBOSS_IN_BACKGROUND", "true");
        builder.environment().put("JBOSS_PIDFILE", pid.file().toString());
        try {
            Files.deleteIfExists(pid.file());
            Process script = builder.start();
            // WFLYSRV0025 is said at the end of a clean start, WFLYSRV0026 at the end of one with errors.
            await().atMost(BOOT)
                    .until(() -> !script.isAlive()
                            || Files.readString(console).contains("WFLYSRV0025")
                            || Files.readString(console).contains("WFLYSRV0026"));
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
    public List<String> warnings() {
        return Commands.entries(log(), ENTRY).stream()
                .filter(entry -> LOUD.matcher(entry).find())
                .filter(entry ->
                        NOISE.stream().noneMatch(noise -> noise.matcher(entry).find()))
                .toList();
    }

    // ---- What is in it

    private static List<String> destinationCommands() {
        List<String> commands = new ArrayList<>();
        for (ServerResources.Destination destination : ServerResources.DESTINATIONS) {
            if (!OFFERED_DESTINATIONS.contains(destination.name())) {
                String address = adapterAddress(ServerResources.ADAPTER) + "/admin-objects=" + destination.name();
                commands.add("%s:add(class-name=io.peeklock.ra.%s, jndi-name=java:/%s)"
                        .formatted(
                                address,
                                destination.type() == Queue.class ? "AdministeredQueue" : "AdministeredTopic",
                                destination.jndiName()));
                commands.add(address + "/config-properties=physicalName:add(value=" + destination.name() + ")");
            }
        }
        return commands;
    }

    private void addDriverModule() {
        Path module = modules().resolve(DRIVER_MODULE.replace('.', '/')).resolve("main");
        DatabaseDriver.copyTo(module);
        Commands.write(
                module.resolve("module.xml"), """
                <module xmlns="urn:jboss:module:1.9" name="%s">
                  <resources><resource-root path="%s"/><resource-root path="%s"/></resources>
                  <dependencies>
                    <module name="java.sql"/><module name="java.logging"/><module name="java.naming"/><module name="java.xml"/>
                    <module name="java.transaction.xa"/><module name="java.management"/><module name="jdk.unsupported"/>
                  </dependencies>
                </module>
                """.formatted(DRIVER_MODULE, DatabaseDriver.H2, DatabaseDriver.STOPPING));
    }

    private List<String> databaseCommands() {
        String source = "/subsystem=datasources/xa-data-source=database";
        return List.of(
                "/subsystem=datasources/jdbc-driver=stopping:add(driver-name=stopping, driver-module-name="
                        + DRIVER_MODULE
                        + ", driver-class-name=org.h2.Driver, driver-xa-datasource-class-name="
                        + StoppingDataSource.class.getName() + ")",
                "batch",
                source + ":add(driver-name=stopping, jndi-name=java:/" + ServerResources.DATABASE
                        + ", user-name=sa, password=sa, recovery-username=sa, recovery-password=sa)",
                source + "/xa-datasource-properties=Url:add(value=\"" + ServerResources.databaseUrl(settings) + "\")",
                "run-batch");
    }

    /** Recovery that does not take minutes. */
    private static List<String> recoveryCommands() {
        return List.of(
                "/system-property=RecoveryEnvironmentBean.periodicRecoveryPeriod:add(value=3)",
                "/system-property=RecoveryEnvironmentBean.recoveryBackoffPeriod:add(value=1)",
                "/system-property=JTAEnvironmentBean.orphanSafetyInterval:add(value=2000)");
    }

    /**
     * OpenTelemetry's API for applications and adapters. Not the subsystem: it starts an exporter for each deployment, whose threads it
     * leaves, with the deployment's class loader (docs/application-servers.md, Redeploying).
     */
    private static List<String> telemetryCommands() {
        return List.of("/subsystem=ee:write-attribute(name=global-modules, value=["
                + "{name=io.opentelemetry.api, meta-inf=false}, {name=io.opentelemetry.context, meta-inf=false}])");
    }

    @Override
    public void deployAdapter(String name, String busUrl) {
        String address = adapterAddress(name);
        cli(List.of(
                connectCommand(),
                "batch",
                address + ":add(archive=" + archive(name) + ", transaction-support=XATransaction)",
                address + "/config-properties=url:add(value=\"" + busUrl + "\")",
                address + "/connection-definitions=bus:add("
                        + "class-name=io.peeklock.ra.outbound.PeeklockManagedConnectionFactory, jndi-name=java:/"
                        + ServerResources.connectionFactory(name)
                        + ", recovery-username=recovery, recovery-password=recovery)",
                "run-batch",
                deployCommand(name)));
    }

    @Override
    public void undeployAdapter(String name) {
        cli(List.of(
                connectCommand(),
                "undeploy " + archive(name),
                adapterAddress(name) + ":remove(){allow-resource-service-restart=true}"));
    }

    /** The subsystem resource-adapters knows nothing of it. */
    @Override
    public void deployBareAdapter(String name) {
        cli(List.of(connectCommand(), deployCommandOf(name + ".rar")));
    }

    @Override
    public void undeployBareAdapter(String name) {
        cli(List.of(connectCommand(), "undeploy " + name + ".rar"));
    }

    @Override
    public String jndiName(String name) {
        return "java:/" + name;
    }

    @Override
    public void bind(Application application, WebArchive archive) {
        StringBuilder bindings = new StringBuilder();
        application.beans().forEach((bean, adapter) -> bindings.append("""
                <adapter:resource-adapter-binding>
                  <ejb-name>%s</ejb-name><adapter:resource-adapter-name>%s</adapter:resource-adapter-name>
                </adapter:resource-adapter-binding>
                """.formatted(bean, adapter)));
        archive.addAsWebInfResource(new StringAsset("""
                <jboss:ejb-jar xmlns:jboss="urn:jboss:jakartaee:1.0" xmlns="https://jakarta.ee/xml/ns/jakartaee"
                    xmlns:adapter="urn:resource-adapter-binding:2.0" version="4.0" impl-version="2.0">
                  <assembly-descriptor>%s</assembly-descriptor>
                </jboss:ejb-jar>
                """.formatted(bindings)), "jboss-ejb3.xml");
        if (application.definedOn() != null) {
            archive.addAsWebInfResource(
                    new StringAsset("""
                    <jboss-deployment-structure><deployment><dependencies>
                      <module name="deployment.%s.rar"/>
                    </dependencies></deployment></jboss-deployment-structure>
                    """.formatted(application.definedOn())), "jboss-deployment-structure.xml");
        }
    }

    // ---- Commands

    /** Not the name of an application: the server would take both for the same module. */
    private static String archive(String adapter) {
        return adapter.equals(ServerResources.ADAPTER) ? "peeklock.rar" : adapter + "-adapter.rar";
    }

    private static String adapterAddress(String name) {
        return "/subsystem=resource-adapters/resource-adapter=" + name;
    }

    private String deployCommand(String name) {
        return deployCommandOf(archive(name));
    }

    private String deployCommandOf(String archive) {
        return "deploy " + settings.adapter() + " --name=" + archive + " --runtime-name=" + archive;
    }

    private String connectCommand() {
        return "connect localhost:" + adminPort();
    }

    private Path modules() {
        return settings.work().resolve("modules");
    }

    private Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JBOSS_MODULEPATH",
                settings.home().resolve("modules") + System.getProperty("path.separator") + modules(),
                "JAVA_OPTS",
                "-Djboss.server.base.dir=" + base + " " + Jvm.CLEARS_CACHES);
    }

    private void cli(List<String> commands) {
        Path script = settings.work().resolve("commands.cli");
        Commands.write(script, String.join("\n", commands) + "\n");
        Commands.run(
                settings.work(),
                List.of(settings.home().resolve("bin/jboss-cli.sh").toString(), "--file=" + script),
                environment());
    }
}
