/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.EntityStatus;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.jms.Message;
import jakarta.resource.ResourceException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What cannot be had now is tried again, and no message counts a delivery for it. */
class UnavailableTest extends InboundFixture {

    @Override
    String options() {
        return "?autoCreate=false";
    }

    private void createQueue() throws Exception {
        namespace().createQueue(QueueDescription.of(ORDERS)).join();
    }

    private void see(Message message) throws Exception {
        seen.add(text(message) + deliveryCount(message));
    }

    @Test
    void aQueueThatComesLater() throws Exception {
        activate(Kind.TRANSACTED, spec(), this::see);
        createQueue();
        send(ORDERS, "a");
        awaitSeen("a1");
    }

    @Test
    void aQueueThatGoesAndComesAgain() throws Exception {
        createQueue();
        activate(Kind.TRANSACTED, spec(), this::see);
        send(ORDERS, "a");
        awaitSeen("a1");
        namespace().deleteQueue(ORDERS).join();
        createQueue();
        send(ORDERS, "b");
        awaitSeen("a1", "b1");
    }

    /** Only one connection can have the client id: the old one must not be left open. */
    @Test
    void aBeanWithAClientIdConnectsAgain() throws Exception {
        createQueue();
        PeeklockActivationSpec spec = spec();
        spec.setClientId("kitchen");
        activate(Kind.TRANSACTED, spec, this::see);
        namespace().deleteQueue(ORDERS).join();
        createQueue();
        send(ORDERS, "a");
        awaitSeen("a1");
    }

    @Test
    @Tag("W3")
    void aQueueThatIsDisabledForAWhile() throws Exception {
        createQueue();
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("1");
        spec.setReconnectAttempts("0");
        CountDownLatch disabled = new CountDownLatch(1);
        activate(Kind.TRANSACTED, spec, message -> {
            see(message);
            assertThat(disabled.await(30, TimeUnit.SECONDS)).isTrue();
        });
        send(ORDERS, "a", "b");
        awaitSeen("a1");
        status(EntityStatus.RECEIVE_DISABLED);
        disabled.countDown();
        // Another one rests as long: the first has asked in vain when it goes on.
        restsForASecond();
        assertThat(seen).containsExactly("a1");
        assertThat(statesOf(ORDERS)).containsExactly("Active");
        status(EntityStatus.ACTIVE);
        awaitSeen("a1", "b1");
        awaitStates(ORDERS);
    }

    private void status(EntityStatus status) throws Exception {
        namespace()
                .updateQueue(QueueDescription.builder(ORDERS).status(status).build())
                .join();
    }

    /** A bean of another queue is not there at first, and gets its message then. */
    private void restsForASecond() throws Exception {
        namespace().createQueue(QueueDescription.of("later")).join();
        PeeklockActivationSpec ofLater = spec();
        ofLater.setDestinationName("later");
        TestBeans late = new TestBeans(Kind.TRANSACTED, message -> {});
        late.unavailable.set(1);
        adapter.endpointActivation(late, ofLater);
        send("later", "later");
        awaitStates("later");
    }

    @Test
    void theActivationFailsIfItIsToldTo() {
        PeeklockActivationSpec spec = spec();
        spec.setFailActivation("true");
        assertThatThrownBy(() -> activate(Kind.TRANSACTED, spec, this::see))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining(ORDERS);
    }

    @Test
    void itIsNotTriedMoreOftenThanAllowed() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setReconnectAttempts("0");
        activate(Kind.TRANSACTED, spec, this::see);
        createQueue();
        send(ORDERS, "a");
        activate(Kind.TRANSACTED, other(), this::see);
        awaitSeen("a1");
    }

    private PeeklockActivationSpec other() {
        return spec();
    }

    @Test
    void aBeanThatIsNotThereYet() throws Exception {
        createQueue();
        send(ORDERS, "a");
        PeeklockActivationSpec spec = spec();
        TestBeans beans = new TestBeans(Kind.TRANSACTED, this::see);
        beans.unavailable.set(1);
        adapter.endpointActivation(beans, spec);
        awaitSeen("a1");
    }

    @Test
    void aBeanWhoseClassCannotBeLoadedNow() throws Exception {
        createQueue();
        send(ORDERS, "a");
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("1");
        TestBeans beans = new TestBeans(Kind.TRANSACTED, this::see);
        beans.notLoaded.set(1);
        adapter.endpointActivation(beans, spec);
        awaitSeen("a1");
    }

    @Test
    void aFailedBeanThatCannotBeGivenBack() throws Exception {
        createQueue();
        send(ORDERS, "a");
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("1");
        TestBeans beans = new TestBeans(Kind.TRANSACTED, message -> {
            see(message);
            if (deliveryCount(message) == 1) {
                throw new IllegalArgumentException("no such drink");
            }
        });
        beans.notReleased.set(1);
        adapter.endpointActivation(beans, spec);
        awaitSeen("a1", "a2");
    }

    @Test
    void aDeliveryThatFailsToBeginHasOneNextTurn() throws Exception {
        createQueue();
        send(ORDERS, "a");
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("1");
        TestBeans beans = new TestBeans(Kind.TRANSACTED, message -> seen.add(text(message)));
        beans.failedBeginnings.set(1);
        adapter.endpointActivation(beans, spec);
        awaitSeen("a");
        // Another one rests as long: whatever turn the first has scheduled has come when it goes on.
        restsForASecond();
        send(ORDERS, "c", "d");
        awaitSeen("a", "c", "d");
        awaitStates(ORDERS);
    }

    @Test
    @Tag("D2")
    void deadLettersHaveNoLimit() throws Exception {
        createQueue();
        send(ORDERS, "a");
        PeeklockActivationSpec failing = spec();
        failing.setMaxRedeliveries("1");
        activate(Kind.TRANSACTED, failing, message -> {
            throw new IllegalArgumentException("no such drink");
        });
        awaitStates(LETTERS, "Active");
        PeeklockActivationSpec ofLetters = spec();
        ofLetters.setDestinationName(LETTERS);
        ofLetters.setMaxRedeliveries("0");
        activate(Kind.TRANSACTED, ofLetters, this::see);
        awaitSeen("a3");
        awaitStates(LETTERS);
    }

    @Test
    void aServerThatHasNoThread() throws Exception {
        createQueue();
        server.refusals.set(1);
        activate(Kind.TRANSACTED, spec(), this::see);
        send(ORDERS, "a");
        awaitSeen("a1");
        assertThat(server.refusals).hasValue(0);
    }

    @Test
    void aServerThatCannotMakeAThreadForADelivery() throws Exception {
        createQueue();
        server.shortages.set(1);
        activate(Kind.TRANSACTED, spec(), this::see);
        send(ORDERS, "a");
        awaitSeen("a1");
        assertThat(server.shortages).hasValue(0);
    }

    @Test
    void norForAnAttemptToConnect() throws Exception {
        server.shortages.set(1);
        connectsLater(server.shortages);
    }

    @Test
    void aServerThatTakesNoAttemptToConnect() throws Exception {
        server.refusals.set(1);
        connectsLater(server.refusals);
    }

    private void connectsLater(AtomicInteger left) throws Exception {
        activate(Kind.TRANSACTED, spec(), this::see);
        soon().untilAsserted(() -> assertThat(left).hasValue(0));
        createQueue();
        send(ORDERS, "a");
        awaitSeen("a1");
    }

    @Test
    void anAttemptToConnectThatBeginsWhenAllHasEndedReceivesNothing() throws Exception {
        Semaphore held = new Semaphore(0);
        server.places = held;
        PeeklockActivationSpec spec = spec();
        TestBeans beans = activate(Kind.TRANSACTED, spec, this::see);
        soon().until(() -> !server.given.isEmpty());
        createQueue();
        adapter.endpointDeactivation(beans, spec);
        held.release();
        // It comes back when the piece of work has ended.
        assertThat(held.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        soon().untilAsserted(() -> assertThat(server.atWork).hasValue(0));
        send(ORDERS, "a");
        assertThat(take(ORDERS)).isNotNull();
        assertThat(seen).isEmpty();
    }

    @Test
    void aServerThatLetsWorkWaitForThreadsWhileAllAreBusy() throws Exception {
        createQueue();
        String[] texts = IntStream.range(0, 300).mapToObj(i -> "" + i).toArray(String[]::new);
        send(ORDERS, texts);
        server.places = new Semaphore(2);
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("2");
        TestBeans beans = activate(Kind.TRANSACTED, spec, seeing());
        soon().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(texts));
        soon().untilAsserted(() -> assertThat(beans.released).hasValue(beans.created.get()));
    }

    @Test
    void aDestinationThatIsLookedUpAndNotThere() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setDestinationName(null);
        spec.setDestinationLookup("java:global/orders");
        spec.setFailActivation("true");
        assertThatThrownBy(() -> activate(Kind.TRANSACTED, spec, this::see)).isInstanceOf(ResourceException.class);
    }
}
