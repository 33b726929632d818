/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.server.ApplicationClient;
import io.peeklock.servertests.server.Server;
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

/** Applications define connection factories and destinations themselves; of the adapter there is the archive in the server, and nothing set. */
@ExtendWith(ArquillianExtension.class)
class DefinitionsIT {

    private static final String ADAPTER = "bare";

    @ArquillianResource
    private Deployer deployer;

    @Deployment(name = "connectors", testable = false, managed = false)
    static WebArchive connectors() {
        return Application.named("connectors")
                .with(Shelf.class, PutAndTake.class)
                .defining(ADAPTER)
                .pack();
    }

    @Deployment(name = "messaging", testable = false, managed = false)
    static WebArchive messaging() {
        return Application.named("messaging")
                .with(Drawer.class, PutAndTake.class)
                .defining(ADAPTER)
                .pack();
    }

    @BeforeEach
    void deployAdapter() {
        Server.current().deployBareAdapter(ADAPTER);
    }

    @AfterEach
    void undeployAdapter() {
        Server.current().undeployBareAdapter(ADAPTER);
    }

    @Test
    void byTheAnnotationsOfJakartaConnectors() {
        assertThat(result("connectors")).isEqualTo("shelf: committed, null");
    }

    @Test
    void byTheAnnotationsOfJakartaMessaging() {
        assertThat(result("messaging")).isEqualTo("shelf: committed, null");
    }

    private String result(String application) {
        deployer.deploy(application);
        try {
            return new ApplicationClient(application).run(PutAndTake.class, Map.of());
        } finally {
            deployer.undeploy(application);
        }
    }
}
