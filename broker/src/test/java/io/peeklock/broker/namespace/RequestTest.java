/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.partition.ReceiveRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A partition claims a request while its owner does not want it any more. */
class RequestTest {
    private TestBus bus;
    private PartitionedReceiver receiver;

    @BeforeEach
    void open() {
        bus = TestBus.simulated(2, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("orders"));
        receiver = (PartitionedReceiver) bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
        bus.run();
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private ReceiveRequest claimed(CompletableFuture<Delivery> request) {
        ReceiveRequest claimed = receiver.claim(0);
        assertThat(claimed).isSameAs(request);
        return claimed;
    }

    @Test
    void claimedIsNobodyElses() {
        claimed(receiver.receive());
        assertThat(receiver.isWaiting(0)).isFalse();
        assertThat(receiver.claim(0)).isNull();
    }

    @Test
    void claimedCannotBeTakenBack() {
        CompletableFuture<Delivery> request = receiver.receive();
        claimed(request);
        assertThat(receiver.cancel(request)).isFalse();
        assertThat(request).isNotDone();
    }

    /** Its owner was told that the message is about to come, and waits. */
    @Test
    void givenBackAfterItsOwnerWantedItBackIsCancelled() {
        CompletableFuture<Delivery> request = receiver.receive();
        ReceiveRequest claimed = claimed(request);
        assertThat(receiver.cancel(request)).isFalse();
        claimed.giveBack();
        assertThat(request).isCancelled();
        assertThat(receiver.isWaiting(0)).isFalse();
    }

    @Test
    void givenBackWaitsAgain() {
        CompletableFuture<Delivery> request = receiver.receive();
        claimed(request).giveBack();
        assertThat(receiver.isWaiting(0)).isTrue();
        bus.send("a");
        assertThat(TestBus.textOf(bus.get(request))).isEqualTo("a");
    }

    @Test
    void givenBackToAClosedReceiverEnds() {
        CompletableFuture<Delivery> request = receiver.receive();
        ReceiveRequest claimed = claimed(request);
        receiver.close();
        assertThat(request).isNotDone();
        claimed.giveBack();
        assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.Closed);
    }

    @Test
    @Tag("L9")
    @Tag("L10")
    void servedAfterItsReceiverWasClosedGoesBackUncounted() {
        bus.send("a");
        Delivery delivery = bus.take();
        CompletableFuture<Delivery> request = receiver.receive();
        ReceiveRequest claimed = claimed(request);
        receiver.close();
        claimed.deliver(delivery);
        assertThat(bus.errorOf(request)).isEqualTo(ErrorCode.Closed);
        assertThat(bus.take().deliveryCount()).isZero();
    }

    @Test
    @Tag("L10")
    void thatItsOwnerCompletedOtherwiseGoesBackUncounted() {
        bus.send("a");
        Delivery delivery = bus.take();
        CompletableFuture<Delivery> request = receiver.receive();
        ReceiveRequest claimed = claimed(request);
        request.cancel(false);
        claimed.deliver(delivery);
        bus.run();
        assertThat(bus.take().deliveryCount()).isZero();
    }

    @Test
    void thatItsOwnerCompletedOtherwiseIsNotClaimed() {
        receiver.receive().cancel(false);
        assertThat(receiver.isWaiting(0)).isFalse();
        assertThat(receiver.claim(0)).isNull();
    }

    /** The message was removed for it: it must not be lost because somebody set a time-out on the future. */
    @Test
    @Tag("L1")
    void ofReceiveAndDeleteCannotBeEndedOtherwiseOnceItIsClaimed() {
        List<Consumer<CompletableFuture<Delivery>>> ends = List.of(
                request -> request.cancel(false),
                request -> request.completeExceptionally(new TimeoutException()),
                request -> request.complete(null));
        for (Consumer<CompletableFuture<Delivery>> end : ends) {
            bus.send("a");
            bus.syncs(false);
            Receiver deleting = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.receiveAndDelete());
            CompletableFuture<Delivery> request = deleting.receive();
            bus.run();
            end.accept(request);
            assertThat(request).isNotDone();
            bus.syncs(true);
            assertThat(TestBus.textOf(bus.get(request))).isEqualTo("a");
            deleting.close();
        }
    }

    @Test
    @Tag("L1")
    void ofReceiveAndDeleteThatItsOwnerCompletedOtherwiseTakesNothing() {
        Receiver deleting = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.receiveAndDelete());
        CompletableFuture<Delivery> request = deleting.receive();
        assertThat(request.completeExceptionally(new TimeoutException())).isTrue();
        CompletableFuture<Delivery> cancelled = deleting.receive();
        assertThat(cancelled.cancel(false)).isTrue();
        CompletableFuture<Delivery> closed = deleting.receive();
        deleting.close();
        assertThat(bus.errorOf(closed)).isEqualTo(ErrorCode.Closed);
        bus.send("a");
        assertThat(bus.takeAll(TestBus.ORDERS)).containsExactly("a");
    }

    @Test
    void forOnePartitionIsNotClaimedByAnother() {
        bus.create(QueueDescription.builder("spread").partitioned(true));
        PartitionedReceiver spread = (PartitionedReceiver)
                bus.namespace.openReceiver(EntityPath.queue("spread"), ReceiverOptions.peekLock());
        spread.receive(1);
        assertThat(spread.isWaiting(0)).isFalse();
        assertThat(spread.claim(0)).isNull();
        assertThat(spread.isWaiting(1)).isTrue();
    }

    @Test
    void forAPartitionInWhichTheQueueDoesNotLieIsRefused() {
        assertThat(bus.errorOf(receiver.receive(1))).isEqualTo(ErrorCode.InvalidOperation);
        assertThat(receiver.isWaiting(1)).isFalse();
    }
}
