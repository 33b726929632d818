/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.resource.spi.ActivationSpec;
import jakarta.transaction.Transaction;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that were prepared when a server died are ended by the resources of the activation (Jakarta Connectors 2.1, 8.4.5). */
@Tag("X5")
class InboundRecoveryTest extends InboundFixture {

    private static final int BOTH = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasPreparedIsEnded(boolean isCommitted) throws Exception {
        CountDownLatch prepared = new CountDownLatch(1);
        PeeklockActivationSpec spec = spec();
        TestBeans beans = activate(Kind.TRANSACTED, spec, message -> {
            if (deliveryCount(message) == 1) {
                Transaction transaction = TestTransactions.manager().getTransaction();
                transaction.enlistResource(new OtherResource(() -> {
                    prepared.countDown();
                    // The server gets no further; nobody ever ends what is prepared.
                    throw new Died();
                }));
            }
            seen.add(text(message) + deliveryCount(message));
        });
        send(ORDERS, "a");
        assertThat(prepared.await(30, TimeUnit.SECONDS)).isTrue();
        XAResource[] resources = adapter.getXAResources(new ActivationSpec[] {spec, spec()});
        assertThat(resources).as("one for the store").hasSize(1);
        XAResource recovery = resources[0];
        soon().untilAsserted(() -> assertThat(recovery.recover(BOTH)).hasSize(1));
        assertThat(statesOf(ORDERS)).containsExactly("Locked");
        Xid xid = recovery.recover(BOTH)[0];
        if (isCommitted) {
            recovery.commit(xid, false);
            awaitStates(ORDERS);
            assertThat(seen).containsExactly("a1");
        } else {
            recovery.rollback(xid);
            awaitSeen("a1", "a2");
        }
        adapter.endpointDeactivation(beans, spec);
    }

    @Test
    void inboundAndOutboundAreOneResourceManager() throws Exception {
        XAResource recovery = adapter.getXAResources(new ActivationSpec[] {spec()})[0];
        recovery.recover(BOTH);
        try (var factory = new io.peeklock.jms.PeeklockXAConnectionFactory(url);
                var connection = factory.createXAConnection();
                var other = connection.createXASession()) {
            assertThat(recovery.isSameRM(other.getXAResource())
                            || other.getXAResource().isSameRM(recovery))
                    .isTrue();
        }
    }
}
