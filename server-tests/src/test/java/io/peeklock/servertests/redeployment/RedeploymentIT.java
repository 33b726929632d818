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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An application with beans comes and goes, while another one sends and looks. */
@ExtendWith(ArquillianExtension.class)
@Warns({
    // GlassFish and Payara, undeploying a bean at work
    "EJBException: Attempt to invoke when container is in",
    "EJBException: [\\w:]+: Message-driven bean invocation closed by container",
    "EJBException: Transaction aborted",
    "CreateException: Could not create Message-Driven EJB",
    "ClassCastException: class org.glassfish.api.invocation.ComponentInvocation cannot be cast to class com.sun.ejb.EjbInvocation",
    "Marking Tx for rollback  because container for .* is undeployed",
    "Exception attempting to inject Local ejb-ref name=io.peeklock.servertests.redeployment",
    "\\[Pool-field:HarvestBean]: Exception during reSize",
    // The same two: the session bean's pool is gone when its call returns
    "\\[field:HarvestBean]: Message-driven bean invocation exception: \\[jakarta.ejb.EJBException]",
    "NullPointerException: [^\n]*\n\tat com\\.sun\\.ejb\\.containers\\.",
    "HarvestBean failed: jakarta.ejb.EJBException: .* caused by java.lang.NullPointerException: .*\"this.pooledObjects\" is null",
    // WildFly
    "WFLYEJB0421: Invocation cannot proceed as component is shutting down",
    "WFLYEE0043: Component is stopped",
    // Open Liberty
    "EJBStoppedException: The referenced version of the \\w+ bean in the \\w+ application has been stopped"
})
class RedeploymentIT {

    private static final int ROUNDS = Integer.getInteger("peeklock.redeployments", 5);

    private final ApplicationClient office = new ApplicationClient("office");

    private final Set<String> deployed = new HashSet<>();

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

    @Deployment(name = "camp", testable = false, managed = false)
    static WebArchive camp() {
        return Application.named("camp")
                .with(LingeringBean.class, Season.class, Ledger.class)
                .pack();
    }

    @AfterEach
    void undeployTheRest() {
        Set.copyOf(deployed).forEach(this::undeploy);
    }

    @Test
    void whatWaitsWhileBeansComeAndGoIsWorkedOnOnce() {
        office.run(Send.class, Map.of("destination", "harvest", "prefix", "apple-", "count", "500"));

        for (int part = 1; part <= 3; part++) {
            int some = part * 100;
            deploy("field");
            await().atMost(60, SECONDS).until(() -> rows("apple-") >= some);
            undeploy("field");
        }
        deploy("field");

        // A second delivery of what was done would fail at the table's key, and end among the dead letters.
        await().atMost(120, SECONDS).until(() -> rows("apple-") == 500);
        awaitEmpty("harvest");
    }

    /**
     * A delivery is in a session bean that is undeployed. GlassFish refuses the call when it returns, leaves it on the thread, and fails to
     * end the delivery for it: its transaction would stay there, and the message would be locked for ever.
     */
    @Test
    void aDeliveryWhoseSessionBeanIsUndeployedIsDoneOnce(@TempDir Path directory) {
        String prefix = directory.resolve("pear-").toString();
        Path begun = LingeringBean.begun(prefix + 0);
        deploy("camp");
        office.run(Send.class, Map.of("destination", "harvest", "prefix", prefix, "count", "1"));
        await().atMost(60, SECONDS).until(() -> Files.exists(begun));

        undeploy("camp");

        await().atMost(60, SECONDS).until(() -> Files.exists(LingeringBean.ended(prefix + 0)));
        deploy("camp");
        await().atMost(60, SECONDS).until(() -> rows(prefix) == 1);
        awaitEmpty("harvest");
    }

    @Test
    void aDurableSubscriptionKeepsWhatIsPublishedWhileItsBeanIsAway() {
        deploy("field");
        office.run(Send.class, Map.of("destination", "prices", "prefix", "seen-", "count", "3"));
        await().atMost(60, SECONDS).until(() -> rows("seen-") == 3);
        undeploy("field");
        office.run(Send.class, Map.of("destination", "prices", "prefix", "missed-", "count", "3"));

        deploy("field");

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
        deploy("field");
        office.run(Send.class, Map.of("destination", "harvest", "prefix", prefix, "count", "2"));
        await().atMost(60, SECONDS).until(() -> rows(prefix) == 2);
        undeploy("field");
    }

    private long threads() {
        return office.run(BusThreads.class, Map.of()).lines().count();
    }

    private int rows(String prefix) {
        return Integer.parseInt(office.run(Rows.class, Map.of("prefix", prefix)));
    }

    /** Nothing waits, is locked or is a dead letter. */
    private void awaitEmpty(String queue) {
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(office.run(DeadLetters.class, Map.of("queue", queue)))
                        .isEqualTo("0 and 0"));
    }

    private void deploy(String application) {
        deployer.deploy(application);
        deployed.add(application);
    }

    private void undeploy(String application) {
        deployer.undeploy(application);
        deployed.remove(application);
    }
}
