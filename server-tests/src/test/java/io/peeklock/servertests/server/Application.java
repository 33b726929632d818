/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import io.peeklock.servertests.inside.Lookup;
import jakarta.ejb.MessageDriven;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;

/**
 * An application of these tests, to be packed for the server: what it is made of, and which adapter serves which bean.
 *
 * <p>Its code finds everything below {@code java:comp/env}: {@code jms/bus}, {@code jdbc/database} and the destinations
 * of {@link ServerResources}. Owned by one thread.
 */
public final class Application {

    private final String name;
    private final List<Class<?>> classes = new ArrayList<>();
    private final Map<String, String> beans = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> lookups = new LinkedHashMap<>();
    private String adapter = ServerResources.ADAPTER;
    private @Nullable String definedOn;

    private Application(String name) {
        this.name = name;
    }

    /** An application, which is its context root too. */
    public static Application named(String name) {
        return new Application(name);
    }

    /** Another adapter than {@link ServerResources#ADAPTER} for connections and for the beans that are added from now on. */
    public Application on(String otherAdapter) {
        adapter = otherAdapter;
        return this;
    }

    /** Adds classes, message-driven beans among them. */
    public Application with(Class<?>... more) {
        for (Class<?> type : more) {
            classes.add(type);
            if (type.isAnnotationPresent(MessageDriven.class)) {
                beans.put(type.getSimpleName(), adapter);
            }
        }
        return this;
    }

    /**
     * Sets a property of a message-driven bean's activation, in the descriptor, to a name that the server looks up.
     *
     * @param resource as {@link ServerResources} calls it
     */
    public Application lookingUp(Class<?> bean, String property, String resource) {
        lookups.computeIfAbsent(bean.getSimpleName(), none -> new LinkedHashMap<>())
                .put(property, Server.current().jndiName(resource));
        return this;
    }

    /** Its classes define connection factories and destinations of this adapter. */
    public Application defining(String ofAdapter) {
        definedOn = ofAdapter;
        return this;
    }

    public String name() {
        return name;
    }

    /** The adapter of what its classes define; null if they define nothing. */
    public @Nullable String definedOn() {
        return definedOn;
    }

    /** The adapter that a message-driven bean is served by, by the bean's name. */
    public Map<String, String> beans() {
        return Map.copyOf(beans);
    }

    /** The archive, for the server that the tests run with. */
    public WebArchive pack() {
        WebArchive archive = ShrinkWrap.create(WebArchive.class, name + ".war")
                .addPackage(Lookup.class.getPackage())
                .addClasses(classes.toArray(Class<?>[]::new))
                .addAsLibraries(
                        Libraries.jarOf(Assertions.class),
                        Libraries.jarOf(Awaitility.class),
                        Libraries.jarOf(Matcher.class))
                .addAsWebInfResource(
                        new StringAsset("<beans xmlns='https://jakarta.ee/xml/ns/jakartaee' version='4.0'"
                                + " bean-discovery-mode='annotated'/>"),
                        "beans.xml")
                .setWebXML(new StringAsset(webXml()));
        if (!lookups.isEmpty()) {
            archive.addAsWebInfResource(new StringAsset(ejbJarXml()), "ejb-jar.xml");
        }
        Server.current().bind(this, archive);
        return archive;
    }

    private String ejbJarXml() {
        StringBuilder xml = new StringBuilder("""
                <ejb-jar xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0"><enterprise-beans>
                """);
        lookups.forEach((bean, properties) -> {
            xml.append("  <message-driven><ejb-name>").append(bean).append("</ejb-name><activation-config>");
            properties.forEach((property, name) -> xml.append("<activation-config-property>"
                    + "<activation-config-property-name>%s</activation-config-property-name>".formatted(property)
                    + "<activation-config-property-value>%s</activation-config-property-value>".formatted(name)
                    + "</activation-config-property>"));
            xml.append("</activation-config></message-driven>\n");
        });
        return xml.append("</enterprise-beans></ejb-jar>\n").toString();
    }

    private String webXml() {
        StringBuilder xml = new StringBuilder("""
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                """);
        String factory = ServerResources.connectionFactory(adapter);
        Stream.concat(Stream.of(""), Server.current().connectionFactorySuffixes().stream())
                .forEach(suffix -> reference(
                        xml,
                        "resource-ref",
                        "res-ref-name",
                        "res-type",
                        factory + suffix,
                        "jms/bus" + suffix,
                        "jakarta.jms.ConnectionFactory"));
        reference(
                xml,
                "resource-ref",
                "res-ref-name",
                "res-type",
                ServerResources.DATABASE,
                ServerResources.DATABASE,
                "javax.sql.DataSource");
        for (ServerResources.Destination destination : ServerResources.DESTINATIONS) {
            reference(
                    xml,
                    "resource-env-ref",
                    "resource-env-ref-name",
                    "resource-env-ref-type",
                    destination.jndiName(),
                    destination.jndiName(),
                    destination.type().getName());
        }
        return xml.append("</web-app>\n").toString();
    }

    private static void reference(
            StringBuilder xml,
            String element,
            String nameElement,
            String typeElement,
            String server,
            String name,
            String type) {
        xml.append("  <%s><%s>%s</%s><%s>%s</%s><lookup-name>%s</lookup-name></%s>%n"
                .formatted(
                        element,
                        nameElement,
                        name,
                        nameElement,
                        typeElement,
                        type,
                        typeElement,
                        Server.current().jndiName(server),
                        element));
    }
}
