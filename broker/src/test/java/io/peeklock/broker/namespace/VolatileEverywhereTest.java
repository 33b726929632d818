/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.EntityCounters;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.message.Message;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Non-persistent messages in every state, on queues and subscriptions, spread or not: rule N10. */
@Tag("N10")
class VolatileEverywhereTest extends EveryKindFixture {
    private static final Settlement DEAD = new Settlement.DeadLetter("Broken", "cannot be read", Map.of());

    private static Message.Builder brief(String text) {
        return message(text).durable(false);
    }

    private void settled(String text, Settlement settlement) {
        bus.send(to, brief(text));
        Delivery taken = bus.take(from);
        assertThat(TestBus.textOf(taken)).isEqualTo(text);
        bus.settle(taken, settlement);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void areGoneWithTheirProcessInWhateverState(Kind kind, End end) {
        create(kind);
        settled("dead", DEAD);
        settled("deferred", Settlement.DEFER);
        bus.send(to, brief("scheduled").deliveryDelayMs(60_000));
        bus.send(to, brief("locked"));
        bus.take(from);
        bus.send(to, brief("abandoned"));
        bus.settle(bus.take(from), Settlement.ABANDON);
        long last = 0;
        for (Delivery one : shown(from)) {
            last = Math.max(last, one.sequenceNumber());
        }
        EntityCounters before = bus.get(bus.namespace.counters(from));
        assertThat(before).isEqualTo(new EntityCounters(1, 1, 1, 1, 1, before.sizeBytes(), 0));
        end(end);
        assertThat(bus.get(bus.namespace.counters(from))).isEqualTo(new EntityCounters(0, 0, 0, 0, 0, 0, 0));
        assertThat(shown(from.deadLetterQueue())).isEmpty();
        send("next");
        assertThat(shown(from).get(0).sequenceNumber()).isGreaterThan(last);
    }
}
