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
 * Open Liberty: a server directory of our own with the {@code server.xml} that the adapter offers to administrators, and beside it
 * files with what these tests want, which the server notices as they come and go.
 *
 * <p>Used by one thread at a time.
 */
final class OpenLibertyServer implements Server {

    private static final String NAME = "peeklock";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Pattern ENTRY = Pattern.compile("(?m)^(?=\\[\\d+/\\d+/\\d+, )");
    private static final Pattern LOUD = Pattern.compile("\\A\\[[^]]*] \\S+ \\S+ +[WE] ");

    /** What it warns of by itself. */
    private static final List<String> NOISE = List.of();

    /** Those of the offered server.xml. */
    private static final List<String> OFFERED_DESTINATIONS = List.of("orders", "prices");

    private final ServerSettings settings;
    private final Path user;
    private final Path server;
    private final PidFile pid;
    private final List<Path> earlierLogs = new ArrayList<>();
    private boolean connectionLost;

    OpenLibertyServer(ServerSettings settings) {
        this.settings = settings;
        this.user = settings.work().resolve("usr");
        this.server = user.resolve("servers").resolve(NAME);
        this.pid = new PidFile(user.resolve("servers/.pid/" + NAME + ".pid"));
    }

    @Override
    public void publishPorts() {
        System.setProperty("peeklock.server.httpPort", Integer.toString(httpPort()));
        System.setProperty("peeklock.server.userDirectory", user.toString());
    }

    @Override
    public int httpPort() {
        return settings.portBase() + 80;
    }

    // ---- Life

    @Override
    public void start() {
        Commands.deleteAll(settings.work());
        DatabaseDriver.copyTo(server.resolve("database"));
        try {
            Files.copy(settings.configuration().resolve("server.xml"), server.resolve("server.xml"));
            Files.copy(settings.adapter(), server.resolve("peeklock-ra.rar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Commands.write(server.resolve("jvm.options"), Jvm.CLEARS_CACHES + "\n");
        Commands.write(addition("tests"), testResources());
        restart();
    }

    @Override
    public void restart() {
        keepLog();
        server("start");
        awaitLogged("CWWKF0011I", 1);
        awaitLogged("J2CA7001I: Resource adapter " + ServerResources.ADAPTER + " installed", 1);
    }

    @Override
    public void stop() {
        server("stop");
        connectionLost = true;
    }

    @Override
    public void kill() {
        pid.end(ProcessHandle::destroyForcibly);
        connectionLost = true;
    }

    /** Its partner log has each connection factory and activation until it is stopped in good order. */
    @Override
    public void forgetRemovedResources() {
        stop();
        restart();
    }

    /** Arquillian connects to the server's management beans when it starts, and deploys with them. */
    @Override
    public boolean needsNewConnection() {
        boolean lost = connectionLost;
        connectionLost = false;
        return lost;
    }

    @Override
    public @Nullable ProcessHandle process() {
        return pid.process();
    }

    @Override
    public Path log() {
        return server.resolve("logs/messages.log");
    }

    @Override
    public List<String> warnings() {
        return Stream.concat(earlierLogs.stream(), Stream.of(log()))
                .flatMap(log -> Commands.entries(log, ENTRY).stream())
                .filter(entry -> LOUD.matcher(entry).find())
                .filter(entry -> NOISE.stream().noneMatch(entry::contains))
                .toList();
    }

    /** Before the server does it, which keeps but two. */
    private void keepLog() {
        if (Files.exists(log())) {
            Path kept = settings.work().resolve("messages-" + (earlierLogs.size() + 1) + ".log");
            try {
                Files.move(log(), kept);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            earlierLogs.add(kept);
        }
    }

    // ---- What is in it

    private String testResources() {
        StringBuilder xml = new StringBuilder("""
                <server>
                  <featureManager><feature>localConnector-1.0</feature><feature>mpTelemetry-2.1</feature></featureManager>
                  <httpEndpoint id="defaultHttpEndpoint" host="localhost" httpPort="%d" httpsPort="-1"/>
                  <transaction heuristicRetryInterval="2s"/>
                  <variable name="peeklock.url" value="%s"/>
                  <library id="database"><fileset dir="${server.config.dir}/database"/></library>
                  <dataSource jndiName="%s" type="javax.sql.XADataSource">
                    <jdbcDriver libraryRef="database" javax.sql.XADataSource="%s"/>
                    <properties url="%s" user="sa" password=""/>
                  </dataSource>
                """.formatted(
                        httpPort(),
                        ServerResources.busUrl(settings),
                        ServerResources.DATABASE,
                        StoppingDataSource.class.getName(),
                        ServerResources.databaseUrl(settings)));
        for (ServerResources.Destination destination : ServerResources.DESTINATIONS) {
            if (!OFFERED_DESTINATIONS.contains(destination.name())) {
                String element = destination.type() == Queue.class ? "jmsQueue" : "jmsTopic";
                xml.append("  <%1$s id=\"%2$s\" jndiName=\"%2$s\"><properties.peeklock physicalName=\"%3$s\"/></%1$s>%n"
                        .formatted(element, destination.jndiName(), destination.name()));
            }
        }
        return xml.append("</server>\n").toString();
    }

    @Override
    public void deployAdapter(String name, String busUrl) {
        deploy(name, """
                <server>
                  <resourceAdapter id="%1$s" location="${server.config.dir}/peeklock-ra.rar">
                    <properties.%1$s url="%3$s"/>
                  </resourceAdapter>
                  <jmsConnectionFactory jndiName="%2$s"><properties.%1$s/></jmsConnectionFactory>
                  <jmsActivationSpec id="%1$s"><properties.%1$s/></jmsActivationSpec>
                </server>
                """.formatted(name, ServerResources.connectionFactory(name), busUrl.replace("&", "&amp;")));
    }

    @Override
    public void deployBareAdapter(String name) {
        deploy(name, """
                <server><resourceAdapter id="%s" location="${server.config.dir}/peeklock-ra.rar"/></server>
                """.formatted(name));
    }

    private void deploy(String name, String serverXml) {
        String installed = "J2CA7001I: Resource adapter " + name + " installed";
        int times = timesLogged(installed);
        Commands.write(addition(name), serverXml);
        awaitLogged(installed, times + 1);
    }

    @Override
    public void undeployBareAdapter(String name) {
        undeployAdapter(name);
    }

    @Override
    public void undeployAdapter(String name) {
        String uninstalled = "J2CA7009I: The resource adapter " + name + " ";
        int times = timesLogged(uninstalled);
        int running = runningApplications();
        Commands.deleteAll(addition(name));
        awaitLogged(uninstalled, times + 1);
        // Applications of other adapters are restarted with it.
        await("in " + log() + ": applications").atMost(PATIENCE).until(() -> runningApplications() >= running);
    }

    private int runningApplications() {
        return timesLogged("CWWKZ0001I") + timesLogged("CWWKZ0003I") - timesLogged("CWWKZ0009I");
    }

    @Override
    public String jndiName(String name) {
        return name;
    }

    @Override
    public void bind(Application application, WebArchive archive) {
        StringBuilder beans = new StringBuilder();
        application.beans().forEach((bean, adapter) -> beans.append("""
                <message-driven name="%s"><jca-adapter activation-spec-binding-name="%s"/></message-driven>
                """.formatted(bean, adapter)));
        archive.addAsWebInfResource(new StringAsset("""
                <ejb-jar-bnd xmlns="http://websphere.ibm.com/xml/ns/javaee" version="1.1">%s</ejb-jar-bnd>
                """.formatted(beans)), "ibm-ejb-jar-bnd.xml");
    }

    // ---- Files and commands

    /** A file whose settings come to those of server.xml, and go before them. */
    private Path addition(String name) {
        return server.resolve("configDropins/overrides").resolve(name + ".xml");
    }

    private void awaitLogged(String message, int times) {
        await("in " + log() + ": " + message).atMost(PATIENCE).until(() -> timesLogged(message) >= times);
    }

    private int timesLogged(String message) {
        return (int) Commands.lines(log()).stream()
                .filter(line -> line.contains(message))
                .count();
    }

    private void server(String command) {
        Commands.run(
                settings.work(),
                List.of(settings.home().resolve("bin/server").toString(), command, NAME),
                Map.of("JAVA_HOME", System.getProperty("java.home"), "WLP_USER_DIR", user.toString()));
    }
}
