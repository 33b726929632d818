/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of every priority on queues and subscriptions, spread or not, and after a process has ended: rule N9. */
@Tag("N9")
class PriorityEverywhereTest extends EveryKindFixture {

    private void send(String text, int priority) {
        bus.send(to, message(text).priority(priority));
    }

    private void assertTaken(String... texts) {
        for (String text : texts) {
            Delivery taken = bus.take(from);
            assertThat(TestBus.textOf(taken)).isEqualTo(text);
            bus.settle(taken, Settlement.COMPLETE);
        }
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void isTheOrderOfWhatANewProcessFindsToo(Kind kind, End end) {
        create(kind);
        for (int priority = 0; priority < 10; priority++) {
            send("first " + priority, priority);
        }
        for (int priority = 9; priority >= 0; priority--) {
            send("second " + priority, priority);
        }
        assertThat(TestBus.textOf(bus.take(from))).isEqualTo("first 9");
        end(end);
        send("third 9", 9);
        assertTaken("first 9", "second 9", "third 9");
        for (int priority = 8; priority > 0; priority--) {
            assertTaken("first " + priority, "second " + priority);
        }
        end(end);
        send("late", 4);
        assertThat(bus.takeAll(from)).containsExactly("late", "first 0", "second 0");
    }
}
