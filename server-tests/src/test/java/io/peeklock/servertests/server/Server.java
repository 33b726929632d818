/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.nio.file.Path;
import java.util.List;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;

/**
 * An application server as these tests need it: with the adapter installed, to be killed and started again on the same directories.
 *
 * <p>One for the whole run, that of the build's profile. Used by one thread at a time.
 */
public interface Server {

    /** The server that the build's profile has chosen, by the system property {@code peeklock.server}. */
    static Server current() {
        return Servers.CURRENT;
    }

    /** Sets the system properties that its part of arquillian.xml is made of. */
    void publishPorts();

    /** Starts it on new directories, with {@link ServerResources} in it; returns when it takes deployments. */
    void start();

    /** Ends its process with SIGKILL, if there is one, and returns when it has ended. */
    void kill();

    /** Starts it anew, on the directories on which it was; returns when it takes deployments. */
    void restart();

    /** Whether Arquillian has to connect anew since a {@link #kill}; asked once for each. */
    default boolean needsNewConnection() {
        return false;
    }

    /** Ends it as an administrator does. */
    void stop();

    /** The name in this server of what {@link ServerResources} calls so. */
    String jndiName(String name);

    /** What is appended to the name of a connection factory for names that the server itself looks up beside it. */
    default List<String> connectionFactorySuffixes() {
        return List.of();
    }

    /** Adds to an application's archive what this server wants to know of it: who serves its beans. */
    void bind(Application application, WebArchive archive);

    /**
     * Deploys the adapter once more, under another name, with its {@link ServerResources#connectionFactory connection factory}.
     *
     * @param busUrl where its bus is
     */
    void deployAdapter(String name, String busUrl);

    /** Takes an adapter away, with its connection factory. */
    void undeployAdapter(String name);

    /**
     * Whether nothing of the server keeps the classes of what was undeployed. One that keeps them does so with each archive, also with one
     * that has nothing of the bus (docs/application-servers.md, Redeploying).
     */
    default boolean forgetsUndeployed() {
        return true;
    }

    /**
     * Has its transaction manager forget what it has worked with and what is not there any more, before a test kills it. One that
     * remembers that ends nothing of what a crash has left until all of it is back (docs/application-servers.md, Open Liberty).
     */
    default void forgetRemovedResources() {}

    /** Deploys the adapter once more, under another name, with no setting and no resources. */
    void deployBareAdapter(String name);

    /** Takes such an adapter away. */
    void undeployBareAdapter(String name);

    /** Its process, which changes with each start; null before the first. */
    @Nullable
    ProcessHandle process();

    /** Where it writes its log. */
    Path log();

    /** All that is in its log as a warning or worse, but for what the server always warns of; in its order. */
    List<String> warnings();

    /** Its HTTP port. */
    int httpPort();
}
