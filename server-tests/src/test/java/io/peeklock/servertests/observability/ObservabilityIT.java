/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.observability;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.server.ApplicationClient;
import io.peeklock.servertests.server.Server;
import java.nio.file.Path;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Traces and management beans of an adapter whose URL asks for them. */
@ExtendWith(ArquillianExtension.class)
class ObservabilityIT {

    private static final String ADAPTER = "seen";

    /** Which asks the server, and does not use that adapter. */
    private static final String ONLOOKER = "onlooker";

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    private final ApplicationClient parcels = new ApplicationClient("parcels");
    private boolean deployed;

    @TempDir
    private Path directory;

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "parcels", testable = false, managed = false)
    static WebArchive parcels() {
        return Application.named("parcels")
                .on(ADAPTER)
                .with(ParcelBean.class, PostInATrace.class, Arrived.class, Stock.class)
                .pack();
    }

    @Deployment(name = ONLOOKER, testable = false, managed = false)
    static WebArchive onlooker() {
        return Application.named(ONLOOKER).with(ManagementBeans.class).pack();
    }

    @BeforeEach
    void deploy() {
        Server.current()
                .deployAdapter(
                        ADAPTER, "peeklock:file:" + directory.resolve("bus") + "?jmx=true&tracing=opentelemetry");
        deployed = true;
        deployer.deploy("parcels");
        deployer.deploy(ONLOOKER);
    }

    private void undeploy() {
        if (deployed) {
            deployed = false;
            deployer.undeploy("parcels");
            Server.current().undeployAdapter(ADAPTER);
        }
    }

    @AfterEach
    void undeployAll() {
        undeploy();
        deployer.undeploy(ONLOOKER);
    }

    /** A bean goes on in the span that sent: where no global OpenTelemetry is set there is none of the delivery. */
    @Test
    void messagesCarryTracesAndQueuesAreSeenUntilTheAdapterGoes() {
        parcels.run(PostInATrace.class, Map.of("trace", TRACE, "span", SPAN, "user", "ann"));
        parcels.run(Stock.class, Map.of("count", "3"));

        assertThat(parcels.run(Arrived.class, Map.of())).isEqualTo(SPAN + " ann 00-" + TRACE + "-" + SPAN + "-01");
        await().atMost(60, SECONDS)
                .untilAsserted(() ->
                        assertThat(seen("type=Queue,name=\"stock\"", "Active")).isEqualTo("\"stock\" 3\n"));
        undeploy();
        assertThat(seen("type=Namespace", "Queues")).isEmpty();
    }

    private static String seen(String beans, String attribute) {
        return new ApplicationClient(ONLOOKER)
                .run(
                        ManagementBeans.class,
                        Map.of("pattern", "io.peeklock:namespace=*," + beans, "attribute", attribute));
    }
}
