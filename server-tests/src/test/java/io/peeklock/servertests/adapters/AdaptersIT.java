/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.adapters;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.server.ApplicationClient;
import io.peeklock.servertests.server.Jvm;
import io.peeklock.servertests.server.Server;
import io.peeklock.servertests.server.Warns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two more adapters, each with an application, share a directory. */
@ExtendWith(ArquillianExtension.class)
@Warns("the resource adapter that had opened the store was stopped")
class AdaptersIT {

    private static final int ROUNDS = Integer.getInteger("peeklock.adapterRedeployments", 5);

    private static final String ADAPTER = "io.peeklock.ra.PeeklockResourceAdapter";

    /** Of these there is at least one while an adapter is used; and what else is of size hangs on them. */
    private static final Set<String> USED = Set.of(
            "io.peeklock.ra.store.SharedStore",
            "io.peeklock.ra.inbound.Activation",
            "io.peeklock.ra.inbound.BeanSession",
            "io.peeklock.jms.PeeklockXAConnection",
            "io.peeklock.jms.SessionCore",
            "io.peeklock.broker.namespace.LocalNamespace");

    private final List<String> applications = new ArrayList<>();
    private final List<String> adapters = new ArrayList<>();

    @TempDir
    private Path directory;

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "left", testable = false, managed = false)
    static WebArchive left() {
        return application("left");
    }

    @Deployment(name = "right", testable = false, managed = false)
    static WebArchive right() {
        return application("right");
    }

    /** Receives through one adapter and sends through the other. */
    @Deployment(name = "between", testable = false, managed = false)
    static WebArchive between() {
        return Application.named("between")
                .on("left")
                .with(ReturningBean.class)
                .on("right")
                .with(Post.class, Collect.class)
                .pack();
    }

    private static WebArchive application(String adapter) {
        return Application.named(adapter + "-post")
                .on(adapter)
                .with(ForwardingBean.class, Post.class, Collect.class)
                .pack();
    }

    @AfterEach
    void undeployTheRest() {
        List.copyOf(applications).forEach(this::undeploy);
        List.copyOf(adapters).forEach(this::undeployAdapter);
    }

    @Test
    void twoAdaptersShareADirectoryWhicheverGoesFirst() {
        deployBoth("left");
        deployBoth("right");

        passLetters("left", "right");
        undeployBoth("left"); // which had opened the store
        passLetters("right", "right");
        deployBoth("left");
        passLetters("left", "right");
        undeployBoth("right");
        passLetters("left", "left");
    }

    /** They are one resource manager, and GlassFish has one of the two roll back. */
    @Test
    @Tag("X1")
    void whatABeanSendsThroughAnotherAdapterIsRolledBackWithItsDelivery() {
        deployAdapter("left");
        deployAdapter("right");
        deploy("between");

        post("between", "returned", "a");

        assertThat(collect("between")).isEqualTo("a2");
    }

    @Test
    void manyDeploymentsOfAnAdapterLeaveNothing() {
        long threads = Jvm.busThreads();
        long objects = Jvm.instances(USED);

        for (int round = 0; round < ROUNDS; round++) {
            deployBoth("left");
            passLetters("left", "left");
            undeployBoth("left"); // or the next one would find the store locked
        }

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(Jvm.busThreads()).isLessThanOrEqualTo(threads));
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(Jvm.instances(USED)).isLessThanOrEqualTo(objects));
        if (Server.current().forgetsUndeployed()) {
            await().atMost(60, SECONDS)
                    .untilAsserted(() -> assertThat(Jvm.loaders(ADAPTER))
                            .as("the adapter that all tests use, and at most the last one")
                            .isLessThanOrEqualTo(2));
        }
    }

    /** Several, so that beans of both adapters may take part. */
    private static void passLetters(String from, String to) {
        List<String> letters = List.of("a", "b", "c", "d");
        for (String letter : letters) {
            post(from + "-post", "letters", letter);
        }
        List<String> collected = new ArrayList<>();
        for (int i = 0; i < letters.size(); i++) {
            collected.add(collect(to + "-post"));
        }
        assertThat(collected).containsExactlyInAnyOrderElementsOf(letters);
    }

    private static void post(String application, String queue, String text) {
        new ApplicationClient(application).run(Post.class, Map.of("queue", queue, "text", text));
    }

    private static String collect(String application) {
        return new ApplicationClient(application).run(Collect.class, Map.of());
    }

    private void deployBoth(String name) {
        deployAdapter(name);
        deploy(name);
    }

    private void deployAdapter(String name) {
        Server.current().deployAdapter(name, "peeklock:file:" + directory.resolve("bus"));
        adapters.add(name);
    }

    private void deploy(String application) {
        deployer.deploy(application);
        applications.add(application);
    }

    private void undeployBoth(String name) {
        undeploy(name);
        undeployAdapter(name);
    }

    private void undeploy(String application) {
        deployer.undeploy(application);
        applications.remove(application);
    }

    private void undeployAdapter(String name) {
        Server.current().undeployAdapter(name);
        adapters.remove(name);
    }
}
