/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plain receiver of sessions does with the one it holds when it has to do with another partition. */
class SpreadSessionHoldingTest extends SessionFixture {

    SpreadSessionHoldingTest() {
        super(true);
    }

    @Test
    @Tag("G2")
    @Tag("P11")
    void givesItsSessionBackWhenItAsksAnotherPartition() {
        send("a", "1", "2");
        Receiver one = plain();
        Delivery first = take(one);
        complete(first);
        Delivery other = takeFromElsewhere(first.requireLockToken().partition());
        bus.settle(other, Settlement.RELEASE);
        Delivery found = bus.get(one.receive(other.requireLockToken().partition()));
        assertThat(found.message().sessionId()).isEqualTo(other.message().sessionId());
        assertThat(textOfNext(plain())).as("of the session that was given back").isEqualTo("2");
    }

    @Test
    @Tag("P11")
    void keepsItsSessionForWhatIsUnsettledWhenItAsksAnotherPartition() {
        send("a", "1", "2");
        Receiver one = plain();
        Delivery first = take(one);
        Delivery other = takeFromElsewhere(first.requireLockToken().partition());
        bus.settle(other, Settlement.RELEASE);
        int there = other.requireLockToken().partition();
        CompletableFuture<Delivery> now = one.receiveNow(there);
        CompletableFuture<Delivery> later = one.receive(there);
        bus.run();
        assertThat(now).isCancelled();
        assertThat(later).isNotDone();
        complete(first);
        assertThat(bus.get(later).message().sessionId())
                .isEqualTo(other.message().sessionId());
    }

    @Test
    @Tag("G2")
    @Tag("P8")
    void takesAnotherSessionWhenThePartitionOfItsOwnFails() {
        send("a", "1");
        Receiver one = plain();
        Delivery first = take(one);
        int partition = first.requireLockToken().partition();
        CompletableFuture<Delivery> next = one.receive();
        bus.run();
        bus.store().failNextAppend(partition, Reason.IO);
        bus.namespace.send(ORDERS, TestBus.text("2").sessionId("a").build());
        bus.run();
        String other = sessionOutside(partition);
        send(other, "x");
        assertThat(bus.get(next).message().sessionId()).isEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("G2")
    @Tag("P8")
    void isAcceptedElsewhereIfThePartitionFailsBeforeItWasGiven(boolean heals) {
        send("a", "1");
        Receiver one = plain();
        Delivery first = take(one);
        one.close();
        SessionOptions options = SessionOptions.peekLock();
        CompletableFuture<SessionReceiver> accepted =
                bus.namespace.acceptSession(ORDERS, null, heals ? options.healing() : options);
        int partition = first.requireLockToken().partition();
        bus.store().failNextAppend(partition, Reason.IO);
        settling(first, Settlement.RELEASE);
        bus.run();
        assertThat(accepted).isNotDone();
        String other = sessionOutside(partition);
        send(other, "x");
        SessionReceiver held = bus.get(accepted);
        assertThat(held.sessionId()).isEqualTo(other);
        assertThat(textOfNext(held)).isEqualTo("x");
    }

    private static String sessionOutside(int partition) {
        return IntStream.range(0, 60)
                .mapToObj(i -> "other" + i)
                .filter(id -> PartitionHash.partitionOf(id, 16) != partition)
                .findFirst()
                .orElseThrow();
    }

    /** A message of a session in another partition. */
    private Delivery takeFromElsewhere(int partition) {
        for (int i = 0; i < 60; i++) {
            send("other" + i, "x");
            Receiver receiver = plain();
            Delivery other = take(receiver);
            receiver.close();
            if (other.requireLockToken().partition() != partition) {
                return other;
            }
        }
        throw new AssertionError("sixty sessions in one partition");
    }
}
