/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules F1 to F5 and F7 in a partitioned queue, where what is received at once lies in several partitions. */
class SpreadDeferralRulesTest extends DeferralRulesTest {

    @Override
    QueueDescription.Builder queue() {
        return super.queue().partitioned(true);
    }

    @Test
    @Tag("F3")
    @Tag("P8")
    void whatIsLockedInOnePartitionIsFreeAgainUncountedWhenAnotherHasNothing() {
        List<Long> numbers = List.of(deferred("a"), deferred("b"), deferred("c"), 3L << 48 | 4000);
        assertThat(numbers.stream().map(number -> number >>> 48).distinct()).hasSizeGreaterThan(2);
        assertThat(bus.errorOf(bus.namespace.receiveDeferred(TestBus.ORDERS, numbers, ReceiverOptions.peekLock())))
                .isEqualTo(ErrorCode.MessageNotFound);
        assertThat(bus.counters().locked()).isZero();
        List<Delivery> found = bus.get(
                bus.namespace.receiveDeferred(TestBus.ORDERS, numbers.subList(0, 3), ReceiverOptions.peekLock()));
        assertThat(found).extracting(TestBus::textOf).containsExactly("a", "b", "c");
        assertThat(found).allMatch(delivery -> delivery.deliveryCount() == 0);
    }

    @Test
    @Tag("F3")
    @Tag("P8")
    void nothingIsReceivedWhileOneOfTheirPartitionsIsOut() {
        List<Long> numbers = List.of(deferred("a"), deferred("b"), deferred("c"));
        int out = (int) (numbers.get(1) >>> 48);
        bus.store().failNextAppend(out, Reason.IO);
        bus.namespace.receiveDeferred(TestBus.ORDERS, numbers.subList(1, 2), ReceiverOptions.peekLock());
        bus.run();
        assertThat(bus.errorOf(
                        bus.namespace.receiveDeferred(TestBus.ORDERS, numbers, ReceiverOptions.receiveAndDelete())))
                .isEqualTo(ErrorCode.PartitionUnavailable);
        bus.get(bus.namespace.reopen(out));
        assertThat(bus.get(bus.namespace.receiveDeferred(TestBus.ORDERS, numbers, ReceiverOptions.receiveAndDelete())))
                .extracting(TestBus::textOf)
                .containsExactly("a", "b", "c");
    }

    @Test
    @Tag("F2")
    void whatWasRemovedIsGivenOutAlsoIfAnotherPartitionFailsMeanwhile() {
        List<Long> numbers = List.of(deferred("a"), deferred("b"));
        int failing = (int) (numbers.get(1) >>> 48);
        assertThat(numbers.get(0) >>> 48).isNotEqualTo(failing);
        bus.syncs(false);
        var request = bus.namespace.receiveDeferred(TestBus.ORDERS, numbers, ReceiverOptions.receiveAndDelete());
        bus.store().failNextSync(failing, Reason.IO, 1);
        bus.syncs(true);
        assertThat(bus.get(request)).extracting(TestBus::textOf).contains("a");
    }
}
