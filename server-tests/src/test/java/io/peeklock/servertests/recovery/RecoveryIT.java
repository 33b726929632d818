/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.recovery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.database.StopPoint;
import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.server.ApplicationClient;
import io.peeklock.servertests.server.Server;
import io.peeklock.servertests.server.Warns;
import java.nio.file.Path;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed with SIGKILL in the middle of commits in two phases over the bus and a database, and what has become of them is
 * looked at when it runs again. Its own transaction manager is all that ends them.
 */
@ExtendWith(ArquillianExtension.class)
// WildFly looks for branches before what they are of is deployed.
@Warns({"ARJUNA016037", "ARJUNA016038"})
class RecoveryIT {

    private final ApplicationClient application = new ApplicationClient("recovery");

    @TempDir
    private Path directory;

    @Deployment(testable = false)
    static WebArchive application() {
        return Application.named("recovery")
                .with(Transfer.class, TransferBean.class, Preparation.class, Outcome.class, Ledger.class)
                .with(StopPoint.class)
                .pack();
    }

    @Test
    @Tag("X5")
    void busAndDatabaseAgreeAfterAKillInTheMiddleOfCommits() {
        Server.current().forgetRemovedResources();
        for (String name : new String[] {"undecided", "decided"}) {
            application.run(Preparation.class, Map.of("queue", name + "-in", "name", name));
        }
        // One after the other, so that it is known which is which.
        application.begin(
                Transfer.class,
                Map.of(
                        "name",
                        "undecided",
                        "stop",
                        "PREPARED",
                        "reached",
                        reached("undecided").toString()));
        stops("undecided");
        application.begin(
                Transfer.class,
                Map.of(
                        "name",
                        "decided",
                        "first",
                        "database",
                        "stop",
                        "DECIDED",
                        "reached",
                        reached("decided").toString()));
        stops("decided");
        sendToBean("bean-undecided", StopPoint.PREPARED);
        stops("bean-undecided");
        sendToBean("bean-decided", StopPoint.DECIDED);
        stops("bean-decided");

        Server.current().kill();
        Server.current().restart();

        // Decided: done, in both, though the database had not done it.
        becomes("decided", "rows 1, in 0, out 1");
        becomes("bean-decided", "rows 1, in 0, out 1");
        // Undecided: nothing has happened, and can be done now. A bean does it by itself.
        becomes("undecided", "rows 0, in 1, out 0");
        becomes("bean-undecided", "rows 1, in 0, out 1");
        await().atMost(120, SECONDS)
                .ignoreExceptionsInstanceOf(AssertionError.class) // the row may be locked a little longer
                .until(() -> application
                        .run(Transfer.class, Map.of("name", "undecided"))
                        .equals("done"));
        becomes("undecided", "rows 1, in 0, out 1");
    }

    private void sendToBean(String name, StopPoint stop) {
        application.run(
                Preparation.class,
                Map.of(
                        "queue",
                        "transfers",
                        "name",
                        name,
                        "stop",
                        stop.name(),
                        "reached",
                        reached(name).toString()));
    }

    private void stops(String name) {
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(reached(name)).exists());
    }

    private void becomes(String name, String outcome) {
        await().atMost(120, SECONDS)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .untilAsserted(() -> assertThat(application.run(Outcome.class, Map.of("name", name)))
                        .isEqualTo(outcome));
    }

    private Path reached(String name) {
        return directory.resolve(name);
    }
}
