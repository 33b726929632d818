/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.arquillian.container.spi.client.container.LifecycleException;
import org.jboss.arquillian.container.spi.event.container.BeforeSetup;
import org.jboss.arquillian.container.spi.event.container.BeforeUnDeploy;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.AfterClass;
import org.jboss.arquillian.test.spi.event.suite.AfterSuite;

/**
 * Has the server started before Arquillian connects to it and stopped at the end, and its log looked at after each test class.
 *
 * <p>Owned by Arquillian's thread.
 */
public final class ServerExtension implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        // Here, since arquillian.xml is read next, with the server's ports in it.
        Server.current().publishPorts();
        builder.observer(Lifecycle.class);
    }

    /** Starts, looks and stops. Owned by Arquillian's thread. */
    public static final class Lifecycle {

        private boolean started;
        private int warningsSeen;

        public void start(@Observes BeforeSetup event) {
            if (!started) {
                started = true;
                // If these tests are interrupted.
                Runtime.getRuntime().addShutdownHook(new Thread(Server.current()::kill));
                Server.current().start();
            }
        }

        /** Where Arquillian keeps a connection to the process, which a test may have ended. */
        public void connectAnew(@Observes BeforeUnDeploy event) throws LifecycleException {
            if (Server.current().needsNewConnection()) {
                event.getDeployableContainer().start();
            }
        }

        /** After the applications are gone. */
        public void lookAtTheLog(@Observes(precedence = -100) AfterClass event) {
            List<String> all = Server.current().warnings();
            List<String> unseen = all.subList(warningsSeen, all.size());
            warningsSeen = all.size();
            Warns expected = event.getTestClass().getAnnotation(Warns.class);
            List<Pattern> patterns = expected == null
                    ? List.of()
                    : Stream.of(expected.value()).map(Pattern::compile).toList();
            assertThat(unseen.stream()
                            .filter(warning -> patterns.stream()
                                    .noneMatch(
                                            pattern -> pattern.matcher(warning).find())))
                    .as("warnings in " + Server.current().log())
                    .isEmpty();
        }

        public void stop(@Observes(precedence = -100) AfterSuite event) {
            Server.current().stop();
        }
    }
}
