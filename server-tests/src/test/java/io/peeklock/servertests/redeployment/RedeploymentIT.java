/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.server.ApplicationClient;
import io.peeklock.servertests.server.Jvm;
import io.peeklock.servertests.server.Server;
import io.peeklock.servertests.server.Warns;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application with beans comes and goes, while another one sends and looks. */
@ExtendWith(ArquillianExtension.class)
@Warns({"HarvestBean", "EJBException: Transaction aborted"}) // undeployed in the middle of its work
class RedeploymentIT {

    private static final int ROUNDS = Integer.getInteger("peeklock.redeployments", 5);

    private final ApplicationClient office = new ApplicationClient("office");

    private boolean deployed;

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "office", testable = false)
    static WebArchive office() {
        return Application.named("office")
                .with(Send.class, Rows.class, DeadLetters.class, BusThreads.class, Ledger.class)
                .pack();
    }

    @Deployment(name = "field", testable = false, managed = false)
    static WebArchive field() {
        return Application.named("field")
                .with(HarvestBean.class, SubscriberBean.class, Ledger.class)
                .pack();
    }

    @AfterEach
    void undeployIfDeployed() {
        if (deployed) {
            undeploy();
        }
    }

    @Test
    void whatWaitsWhileBeansComeAndGoIsWorkedOnOnce() {
        office.run(Send.class, Map.of("destination", "harvest", "prefix", "apple-", "count", "500"));

        for (int part = 1; part <= 3; part++) {
            int some = part * 100;
            deploy();
            await().atMost(60, SECONDS).until(() -> rows("apple-") >= some);
            undeploy();
        }
        deploy();

        // A second delivery of what was done would fail at the table's key, and end among the dead letters.
        await().atMost(120, SECONDS).until(() -> rows("apple-") == 500);
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(office.run(DeadLetters.class, Map.of("queue", "harvest")))
                        .isEqualTo("0 and 0"));
    }

    @Test
    void aDurableSubscriptionKeepsWhatIsPublishedWhileItsBeanIsAway() {
        deploy();
        office.run(Send.class, Map.of("destination", "prices", "prefix", "seen-", "count", "3"));
        await().atMost(60, SECONDS).until(() -> rows("seen-") == 3);
        undeploy();
        office.run(Send.class, Map.of("destination", "prices", "prefix", "missed-", "count", "3"));

        deploy();

        await().atMost(60, SECONDS).until(() -> rows("missed-") == 3);
    }

    @Test
    void manyRedeploymentsLeaveNoThreadsAndNoClasses() {
        visit("warm-up-");
        long before = threads();

        for (int round = 0; round < ROUNDS; round++) {
            visit("round-" + round + "-");
        }

        // Some of the bus's threads go when they have nothing to do.
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(before));
        if (Server.current().forgetsUndeployed()) {
            await().atMost(60, SECONDS)
                    .untilAsserted(() ->
                            assertThat(Jvm.loaders(HarvestBean.class.getName())).isLessThanOrEqualTo(1));
        }
    }

    private void visit(String prefix) {
        deploy();
        office.run(Send.class, Map.of("destination", "harvest", "prefix", prefix, "count", "2"));
        await().atMost(60, SECONDS).until(() -> rows(prefix) == 2);
        undeploy();
    }

    private long threads() {
        return office.run(BusThreads.class, Map.of()).lines().count();
    }

    private int rows(String prefix) {
        return Integer.parseInt(office.run(Rows.class, Map.of("prefix", prefix)));
    }

    private void deploy() {
        deployer.deploy("field");
        deployed = true;
    }

    private void undeploy() {
        deployer.undeploy("field");
        deployed = false;
    }
}
