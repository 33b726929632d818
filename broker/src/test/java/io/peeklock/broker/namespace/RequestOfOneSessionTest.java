/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.SessionReceiver;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests of a plain receiver that are for one session only, of several that lie in one partition. */
@Tag("P10")
@Tag("G2")
class RequestOfOneSessionTest extends SessionFixture {

    private int partition;

    RequestOfOneSessionTest() {
        super(false);
    }

    @BeforeEach
    void findThePartition() {
        send("found", "x");
        try (Receiver receiver = plain()) {
            Delivery delivery = take(receiver);
            partition = delivery.requireLockToken().partition();
            complete(delivery);
        }
    }

    private static String textOf(CompletableFuture<Delivery> request, TestBus bus) {
        return TestBus.textOf(bus.get(request));
    }

    @Test
    void isServedWithThatSessionThoughAnotherHasBeenFreeLonger() {
        send("a", "of a");
        send("b", "of b");
        assertThat(textOf(plain().receive(partition, "b"), bus)).isEqualTo("of b");
        send("c", "of c");
        assertThat(textOf(plain().receiveNow(partition, "c"), bus)).isEqualTo("of c");
    }

    @Test
    void waitsForThatSession() {
        send("a", "of a");
        CompletableFuture<Delivery> request = plain().receive(partition, "b");
        bus.run();
        assertThat(request).isNotDone();
        send("b", "of b");
        assertThat(textOf(request, bus)).isEqualTo("of b");
        assertThat(textOfNext(plain())).isEqualTo("of a");
    }

    @Test
    void endsIfItIsForNowAndThereIsNothing() {
        send("a", "of a");
        CompletableFuture<Delivery> request = plain().receiveNow(partition, "b");
        bus.run();
        assertThat(request).isCancelled();
    }

    @Test
    void givesBackTheSessionThatIsHeldWhenNothingOfItIsUnsettled() {
        send("a", "1", "2");
        send("b", "of b");
        Receiver one = plain();
        Delivery first = take(one);
        CompletableFuture<Delivery> request = one.receive(partition, "b");
        bus.run();
        assertThat(request).isNotDone();
        complete(first);
        assertThat(textOf(request, bus)).isEqualTo("of b");
        assertThat(textOfNext(plain())).as("of the session that was given back").isEqualTo("2");
    }

    @Test
    void goesOnWithTheSessionThatIsHeld() {
        send("a", "1", "2");
        send("b", "of b");
        Receiver one = plain();
        take(one);
        assertThat(textOf(one.receive(partition, "a"), bus)).isEqualTo("2");
    }

    @Test
    void letsThoseBehindItBeServedWhenItIsTakenBack() {
        send("a", "of a");
        Receiver one = plain();
        CompletableFuture<Delivery> first = one.receive(partition, "b");
        CompletableFuture<Delivery> second = one.receive();
        bus.run();
        assertThat(one.cancel(first)).isTrue();
        assertThat(textOf(second, bus)).isEqualTo("of a");
    }

    @Test
    void meansNothingToWhoTakesOneSessionOnly() {
        send("a", "1", "2");
        SessionReceiver held = accept("a");
        assertThat(textOf(held.receive(partition, "b"), bus)).isEqualTo("1");
        held.close();
        bus.run();
        Receiver one = bus.namespace.openReceiver(
                ORDERS,
                new ReceiverOptions(
                        ReceiverOptions.peekLock().mode(),
                        null,
                        ReceiverOptions.peekLock().autoRenew(),
                        "a"));
        assertThat(textOf(one.receive(partition, "b"), bus)).isEqualTo("1");
    }
}
