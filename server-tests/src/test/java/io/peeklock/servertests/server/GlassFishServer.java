/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.database.StoppingDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;

/**
 * GlassFish and Payara: a domain of our own, told what to do by asadmin.
 *
 * <p>Used by one thread at a time.
 */
final class GlassFishServer implements Server {

    private static final String DOMAIN = "tests";

    private static final Pattern ENTRY = Pattern.compile("(?m)^(?=\\[\\d{4}-\\d\\d-\\d\\dT)");
    private static final Pattern LOUD = Pattern.compile("\\A[^\\n]*\\[(WARNING|SEVERE)]");

    /**
     * What the server warns of by itself: its pool of beans ends behind the application's CDI, and cannot end their injected contexts;
     * a message came while its bean was being deployed, and waits for it; the timer of its pool made a bean of an application that was
     * undeployed in the same moment, which it says in two entries, of which the second shows that the timer did it.
     */
    private static final List<Pattern> NOISE = List.of(
            Pattern.compile("WELD-000229: Contextual reference of org\\.glassfish\\.jms\\.injection\\.JMSCDIExtension"),
            Pattern.compile("RAR7004 : MDB deployment is still happening"),
            Pattern.compile("MDB00050: .*: Attempt to invoke when container is in Undeployed"),
            Pattern.compile("(?s)Attempt to invoke when container is in Undeployed\\R.*NonBlockingPool\\$ReSizeWork"));

    private static final String LOADS_APPLICATION = "[AS-WEB-GLUE-00172]";

    /** A NullPointerException in its ConnectorValidator, where a thread of its boot has no class loader. */
    private static final String LACKS_ADAPTER = "Exception while deploying the app [" + ServerResources.ADAPTER + "]";

    private final ServerSettings settings;
    private final Path domains;
    private final Path domain;

    GlassFishServer(ServerSettings settings) {
        this.settings = settings;
        this.domains = settings.work().resolve("domains");
        this.domain = domains.resolve(DOMAIN);
    }

    @Override
    public void publishPorts() {
        System.setProperty("peeklock.server.adminPort", Integer.toString(adminPort()));
        System.setProperty("peeklock.server.httpPort", Integer.toString(httpPort()));
    }

    @Override
    public int httpPort() {
        return settings.portBase() + 80;
    }

    private int adminPort() {
        return settings.portBase() + 48;
    }

    // ---- Life

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
        DatabaseDriver.copyTo(domain.resolve("lib"));
        if (settings.name().equals("glassfish")) {
            TelemetryApi.copyTo(domain.resolve("lib"));
        }
        recoverFromTheFirstStart();
        change("<jvm-options>", "<jvm-options>" + Jvm.CLEARS_CACHES + "</jvm-options><jvm-options>");
        boot();
        asadmin(databaseCommands());
        deployAdapter(ServerResources.ADAPTER, ServerResources.busUrl(settings));
        asadmin(ServerResources.DESTINATIONS.stream()
                .map(destination -> "create-admin-object --restype %s --raname %s --property physicalName=%s %s"
                        .formatted(
                                destination.type().getName(),
                                ServerResources.ADAPTER,
                                destination.name(),
                                destination.jndiName()))
                .toList());
    }

    /** {@inheritDoc} Payara 6.2025.10 now and then comes up without the adapter, by a fault of its own: then it is started once more. */
    @Override
    public void restart() {
        if (settings.name().equals("glassfish")) {
            boot();
            return;
        }
        int before = Commands.text(log()).length();
        boot();
        for (int again = 0; again < 3 && lacksAdapter(before); again++) {
            kill();
            forgetLog(before);
            boot();
        }
    }

    /** Payara's start returns before applications are loaded, which are after the adapters. */
    private boolean lacksAdapter(int before) {
        await().atMost(60, SECONDS)
                .until(() -> logSince(before).contains(LOADS_APPLICATION)
                        || logSince(before).contains(LACKS_ADAPTER));
        return logSince(before).contains(LACKS_ADAPTER);
    }

    private String logSince(int before) {
        return Commands.text(log()).substring(before);
    }

    private void forgetLog(int after) {
        Commands.write(log(), Commands.text(log()).substring(0, after));
    }

    private void boot() {
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
    public @Nullable ProcessHandle process() {
        try {
            String pid = Files.readString(domain.resolve("config/pid")).strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElse(null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> warnings() {
        // An entry begins with its time in brackets, and has its level in brackets too.
        return Commands.entries(log(), ENTRY).stream()
                .filter(entry -> LOUD.matcher(entry).find())
                .filter(entry ->
                        NOISE.stream().noneMatch(noise -> noise.matcher(entry).find()))
                .toList();
    }

    @Override
    public Path log() {
        return domain.resolve("logs/server.log");
    }

    // ---- What is in it

    /** As {@code asadmin set configs.config.server-config.transaction-service.automatic-recovery=true} and a restart do. */
    private void recoverFromTheFirstStart() {
        change("<transaction-service", "<transaction-service automatic-recovery=\"true\"");
    }

    /** Its configuration, while it does not run: the first of such elements is that of server-config, others are for further servers. */
    private void change(String element, String replacement) {
        try {
            Path configuration = domain.resolve("config/domain.xml");
            String xml = Files.readString(configuration);
            Files.writeString(configuration, xml.replaceFirst(element, replacement));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> databaseCommands() {
        return List.of(
                "create-jdbc-connection-pool --restype javax.sql.XADataSource --datasourceclassname "
                        + StoppingDataSource.class.getName()
                        + " --property "
                        + properties(
                                Map.of("url", ServerResources.databaseUrl(settings), "user", "sa", "password", "sa"))
                        + " database",
                "create-jdbc-resource --connectionpoolid database " + ServerResources.DATABASE);
    }

    @Override
    public void deployAdapter(String name, String busUrl) {
        asadmin(Stream.concat(
                        Stream.of(
                                "create-resource-adapter-config --property " + properties(Map.of("url", busUrl)) + " "
                                        + name,
                                "deploy --name " + name + " " + settings.adapter(),
                                "create-connector-connection-pool --raname " + name
                                        + " --connectiondefinition jakarta.jms.ConnectionFactory"
                                        + " --transactionsupport XATransaction " + pool(name)),
                        connectionFactories(name)
                                .map(factory -> "create-connector-resource --poolname " + pool(name) + " " + factory))
                .toList());
    }

    @Override
    public void undeployAdapter(String name) {
        asadmin(Stream.concat(
                        connectionFactories(name).map(factory -> "delete-connector-resource " + factory),
                        Stream.of(
                                "delete-connector-connection-pool " + pool(name),
                                "undeploy " + name,
                                "delete-resource-adapter-config " + name))
                .toList());
    }

    private Stream<String> connectionFactories(String adapter) {
        String factory = ServerResources.connectionFactory(adapter);
        return Stream.concat(connectionFactorySuffixes().stream(), Stream.of(""))
                .map(suffix -> factory + suffix);
    }

    private static String pool(String adapter) {
        return adapter + "-pool";
    }

    /** Its kernel's listeners of events keep each adapter that was ever deployed. */
    @Override
    public boolean forgetsUndeployed() {
        return false;
    }

    @Override
    public void deployBareAdapter(String name) {
        asadmin(List.of("deploy --name " + name + " " + settings.adapter()));
    }

    @Override
    public void undeployBareAdapter(String name) {
        asadmin(List.of("undeploy " + name));
    }

    @Override
    public String jndiName(String name) {
        return name;
    }

    /**
     * In a transaction Payara takes an injected context's factory from the name with this suffix, which it does not find below java:comp.
     * The server's own factory of that name appears when the one without it is first looked up, too late for the check of a deployment.
     */
    @Override
    public List<String> connectionFactorySuffixes() {
        return settings.name().equals("payara") ? List.of("__pm") : List.of();
    }

    @Override
    public void bind(Application application, WebArchive archive) {
        if (application.beans().isEmpty()) {
            return;
        }
        StringBuilder xml = new StringBuilder("<glassfish-ejb-jar><enterprise-beans>\n");
        application.beans().forEach((bean, adapter) -> xml.append("""
                <ejb><ejb-name>%s</ejb-name><mdb-resource-adapter><resource-adapter-mid>%s</resource-adapter-mid></mdb-resource-adapter></ejb>
                """.formatted(bean, adapter)));
        archive.addAsWebInfResource(
                new StringAsset(
                        xml.append("</enterprise-beans></glassfish-ejb-jar>\n").toString()),
                "glassfish-ejb-jar.xml");
    }

    // ---- Commands

    /** As asadmin wants them, with a backslash before each character that means something to it. */
    private static String properties(Map<String, String> properties) {
        List<String> parts = new ArrayList<>();
        properties.forEach((key, value) -> parts.add(key + "=" + value.replaceAll("([:=\\\\])", "\\\\\\\\$1")));
        return String.join(":", parts);
    }

    /** Several commands in one process, which is started faster than several. */
    private void asadmin(List<String> commands) {
        try {
            Path file = Files.createTempFile(settings.work(), "commands", ".asadmin");
            Files.write(file, commands);
            String output = asadmin("multimode", "--file", file.toString());
            // Which ends with 0 whatever becomes of the commands.
            if (output.lines().anyMatch(line -> line.startsWith("Command ") && line.endsWith(" failed."))) {
                throw new IllegalStateException("a command failed:\n" + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String asadmin(String command, String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(settings.home().resolve("glassfish/bin/asadmin").toString());
        line.add("--port");
        line.add(Integer.toString(adminPort()));
        line.add("--interactive=false");
        line.add(command);
        line.addAll(List.of(arguments));
        // Five minutes to start, where the machine is slow.
        Map<String, String> environment =
                Map.of("AS_JAVA", System.getProperty("java.home"), "AS_START_TIMEOUT", "300000");
        return Commands.run(settings.work(), line, environment);
    }
}
