/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import org.jboss.arquillian.container.spi.event.container.BeforeSetup;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.AfterSuite;

/** Has the server started before Arquillian connects to it, and stopped at the end. Owned by Arquillian's thread. */
public final class ServerExtension implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        // Here, since arquillian.xml is read next, with the server's ports in it.
        Server.current().publishPorts();
        builder.observer(Lifecycle.class);
    }

    /** Starts and stops. Owned by Arquillian's thread. */
    public static final class Lifecycle {

        private boolean started;

        public void start(@Observes BeforeSetup event) {
            if (!started) {
                started = true;
                // If these tests are interrupted.
                Runtime.getRuntime().addShutdownHook(new Thread(Server.current()::kill));
                Server.current().start();
            }
        }

        public void stop(@Observes(precedence = -100) AfterSuite event) {
            Server.current().stop();
        }
    }
}
