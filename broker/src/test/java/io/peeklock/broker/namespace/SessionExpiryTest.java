/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static io.peeklock.broker.namespace.TestBus.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.QueueDescription;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of sessions that expire: each for itself, or a whole session with its first message. */
@Tag("T9")
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionExpiryTest {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(1);

    @Parameter
    boolean partitioned;

    private TestBus bus;

    private void open(boolean whole, boolean deadLetters) {
        NamespaceConfig config =
                new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 64L << 20, 256L << 20, whole);
        bus = TestBus.simulated(4, config);
        bus.create(QueueDescription.builder("orders")
                .partitioned(partitioned)
                .sessionRequired(true)
                .lockDuration(Duration.ofMinutes(5))
                .deadLetterOnExpiry(deadLetters));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    private void send(String session, String text, Duration timeToLive) {
        bus.send(ORDERS, TestBus.text(text).sessionId(session).timeToLiveMs(timeToLive.toMillis()));
    }

    private List<String> left() {
        return bus.get(bus.namespace.peek(ORDERS, 0, 100)).stream()
                .map(TestBus::textOf)
                .toList();
    }

    @Test
    void eachExpiresForItselfByDefault() {
        open(false, false);
        send("s", "short", TTL);
        send("s", "long", LONG);
        bus.advance(TTL);
        assertThat(left()).containsExactly("long");
    }

    @Test
    void theFirstTakesThoseBehindItIfTheBusIsToldSo() {
        open(true, true);
        send("s", "short", TTL);
        send("s", "long", LONG);
        send("s", "longer", LONG.multipliedBy(2));
        send("t", "other", LONG);
        bus.advance(TTL);
        assertThat(left()).containsExactly("other");
        assertThat(bus.get(bus.namespace.peek(ORDERS.deadLetterQueue(), 0, 10)))
                .extracting(TestBus::textOf, Delivery::deadLetterReason)
                .containsExactlyInAnyOrder(
                        tuple("short", "TTLExpiredException"),
                        tuple("long", "TTLExpiredException"),
                        tuple("longer", "TTLExpiredException"));
    }

    @Test
    void aLaterOneExpiresAlone() {
        open(true, false);
        send("s", "first", LONG);
        send("s", "short", TTL);
        send("s", "last", LONG);
        bus.advance(TTL);
        assertThat(left()).containsExactly("first", "last");
    }

    @Test
    @Tag("T4")
    @Tag("F4")
    void whatIsHeldOrSetAsideStays() {
        open(true, false);
        send("s", "deferred", TTL);
        send("s", "held", TTL);
        send("s", "short", TTL);
        send("s", "long", LONG);
        Receiver receiver = bus.namespace.openReceiver(ORDERS, ReceiverOptions.peekLock());
        bus.settle(bus.get(receiver.receive()), Settlement.DEFER);
        Delivery held = bus.get(receiver.receive());
        bus.advance(TTL);
        assertThat(left()).containsExactly("deferred", "held");
        bus.settle(held, Settlement.COMPLETE);
        assertThat(left()).containsExactly("deferred");
    }

    @Test
    @Tag("T6")
    void aRestartFindsThemToo() {
        open(true, false);
        send("s", "short", TTL);
        send("s", "long", LONG);
        send("t", "other", LONG);
        bus = bus.killed();
        bus.advance(TTL);
        assertThat(left()).containsExactly("other");
    }
}
