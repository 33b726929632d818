/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.server.Application;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;

import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server itself. */
@ExtendWith(ArquillianExtension.class)
class ServerIT {

    @Deployment
    static WebArchive application() {
        return Application.named("server").with(ServerIT.class).pack();
    }

    @Test
    void beginsTransactionsForApplications() throws Exception {
        UserTransaction transaction = Lookup.of(UserTransaction.class, "java:comp/UserTransaction");

        transaction.begin();

        assertThat(transaction.getStatus()).isEqualTo(Status.STATUS_ACTIVE);
        transaction.rollback();
    }
}
