/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.jms.Message;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bean that goes leaves nothing behind, and its messages to the next (Jakarta Connectors 2.1, 13.4.8). */
class DeactivationTest extends InboundFixture {

    private static final int REDEPLOYMENTS = 50;

    private final CountDownLatch atWork = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);

    private void work(Message message) throws Exception {
        atWork.countDown();
        assertThat(goesOn.await(30, TimeUnit.SECONDS)).isTrue();
        seen.add(text(message));
    }

    @Test
    @Tag("L10")
    void itWaitsForTheBeanAtWorkAndLeavesTheRestUncounted() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("1");
        TestBeans beans = activate(Kind.TRANSACTED, spec, this::work);
        send(ORDERS, "a", "b", "c");
        assertThat(atWork.await(30, TimeUnit.SECONDS)).isTrue();
        Thread deactivating = new Thread(() -> adapter.endpointDeactivation(beans, spec));
        deactivating.start();
        soon().until(() -> deactivating.getState() == Thread.State.TIMED_WAITING);
        Thread again = new Thread(() -> adapter.endpointDeactivation(beans, spec));
        again.start();
        soon().until(() -> again.getState() == Thread.State.WAITING);
        goesOn.countDown();
        deactivating.join(30_000);
        again.join(30_000);
        assertThat(deactivating.isAlive() || again.isAlive()).isFalse();
        assertThat(seen).containsExactly("a");
        awaitStates(ORDERS, "Active", "Active");
        assertThat(deliveryCount(take(ORDERS))).isEqualTo(1);
    }

    @Test
    void aBeanThatTakesTooLongIsNotWaitedFor() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setDeactivationTimeout("1ms");
        TestBeans beans = activate(Kind.TRANSACTED, spec, this::work);
        send(ORDERS, "a");
        assertThat(atWork.await(30, TimeUnit.SECONDS)).isTrue();
        adapter.endpointDeactivation(beans, spec);
        assertThat(statesOf(ORDERS)).as("its transaction's").containsExactly("Locked");
        goesOn.countDown();
        awaitStates(ORDERS);
        assertThat(seen).containsExactly("a");
    }

    @Test
    @Tag("L10")
    void whatWasGivenToNoBeanIsUncounted() throws Exception {
        // The server has no thread: messages that come go back.
        server.refusals.set(Integer.MAX_VALUE);
        PeeklockActivationSpec spec = spec();
        TestBeans beans = activate(Kind.TRANSACTED, spec, seeing());
        send(ORDERS, "a");
        soon().untilAsserted(() -> assertThat(server.refusals.get()).isLessThan(Integer.MAX_VALUE));
        adapter.endpointDeactivation(beans, spec);
        awaitStates(ORDERS, "Active");
        assertThat(deliveryCount(take(ORDERS))).isEqualTo(1);
        assertThat(seen).isEmpty();
    }

    @Test
    void messagesThatWaitAreTheNextDeploymentsOnes() throws Exception {
        PeeklockActivationSpec spec = spec();
        TestBeans beans = activate(Kind.TRANSACTED, spec, seeing());
        adapter.endpointDeactivation(beans, spec);
        send(ORDERS, "a", "b");
        awaitStates(ORDERS, "Active", "Active");
        PeeklockActivationSpec next = spec();
        next.setMaxSessions("1");
        activate(Kind.TRANSACTED, next, seeing());
        awaitSeen("a", "b");
    }

    @Test
    void aStopEndsAllOfThem() throws Exception {
        activate(Kind.TRANSACTED, spec(), seeing());
        activate(Kind.NOT_TRANSACTED, spec(), seeing());
        adapter.stop();
        send(ORDERS, "a");
        awaitStates(ORDERS, "Active");
        assertThatThrownBy(() -> activate(Kind.TRANSACTED, spec(), seeing())).isInstanceOf(ResourceException.class);
    }

    @Test
    void redeployedOftenItKeepsNoThread() throws Exception {
        Set<Thread> before = adapterThreads();
        for (int i = 0; i < REDEPLOYMENTS; i++) {
            PeeklockActivationSpec spec = spec();
            TestBeans beans = activate(i % 2 == 0 ? Kind.TRANSACTED : Kind.NOT_TRANSACTED, spec, seeing());
            send(ORDERS, String.valueOf(i));
            int expected = i + 1;
            soon().untilAsserted(() -> assertThat(seen).hasSize(expected));
            adapter.endpointDeactivation(beans, spec);
            assertThat(beans.released).hasValue(beans.created.get());
        }
        awaitStates(ORDERS);
        adapter.stop();
        soon().untilAsserted(() -> assertThat(adapterThreads()).isSubsetOf(before));
    }

    private static Set<Thread> adapterThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("peeklock-listener")
                        || thread.getName().startsWith("peeklock-ra"))
                .collect(Collectors.toSet());
    }

    @Test
    void whatIsNotActiveIsNotDeactivated() {
        adapter.endpointDeactivation(new TestBeans(Kind.TRANSACTED, seeing()), spec());
    }

    @Test
    void oneActivationIsNotBegunTwice() throws Exception {
        PeeklockActivationSpec spec = spec();
        TestBeans beans = activate(Kind.TRANSACTED, spec, seeing());
        assertThatThrownBy(() -> adapter.endpointActivation(beans, spec))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("active already");
    }

    @Test
    void aSpecOfAnotherAdapterIsRefused() {
        assertThatThrownBy(() ->
                        adapter.endpointActivation(new TestBeans(Kind.TRANSACTED, seeing()), new ActivationSpec() {
                            @Override
                            public void validate() {}

                            @Override
                            public jakarta.resource.spi.ResourceAdapter getResourceAdapter() {
                                return adapter;
                            }

                            @Override
                            public void setResourceAdapter(jakarta.resource.spi.ResourceAdapter ignored) {}
                        }))
                .isInstanceOf(ResourceException.class);
    }
}
