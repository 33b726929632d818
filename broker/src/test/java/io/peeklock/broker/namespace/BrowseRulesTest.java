/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BrowsePage;
import io.peeklock.broker.BrowsePosition;
import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pages of a walk through an entity with a filter. */
@Tag("N6")
class BrowseRulesTest extends SpreadFixture {
    private static final MessageFilter TENTHS =
            (message, redeliveries, changes) -> Objects.equals(message.property("tenth"), true);

    private void fill(EntityPath path, int count) {
        for (int i = 0; i < count; i++) {
            bus.namespace.send(
                    path, TestBus.text("m" + i).property("tenth", i % 10 == 0).build());
        }
        bus.run();
    }

    private List<BrowsePage> pages(EntityPath path, @Nullable MessageFilter filter, int max) {
        List<BrowsePage> pages = new ArrayList<>();
        for (BrowsePosition next = BrowsePosition.START; !next.equals(BrowsePosition.END); ) {
            BrowsePage page = bus.get(bus.namespace.browse(path, filter, next, max));
            assertThat(page.next()).isNotEqualTo(next);
            pages.add(page);
            next = page.next();
        }
        return pages;
    }

    private static List<String> texts(List<BrowsePage> pages) {
        return pages.stream()
                .flatMap(page -> page.deliveries().stream())
                .map(TestBus::textOf)
                .toList();
    }

    @Test
    void holdWhatTheFilterWantsInOrder() {
        fill(TestBus.ORDERS, 100);
        List<BrowsePage> pages = pages(TestBus.ORDERS, TENTHS, 4);
        assertThat(texts(pages)).containsExactly("m0", "m10", "m20", "m30", "m40", "m50", "m60", "m70", "m80", "m90");
        assertThat(pages).allSatisfy(page -> assertThat(page.deliveries()).hasSizeLessThanOrEqualTo(4));
    }

    @Test
    @Tag("N9")
    void areInTheOrderInWhichMessagesAreReceived() {
        for (int i = 0; i < 40; i++) {
            bus.namespace.send(
                    TestBus.ORDERS,
                    TestBus.text(i % 10 + "-" + i).priority(i % 10).build());
        }
        bus.namespace.send(
                TestBus.ORDERS, TestBus.text("later").deliveryDelayMs(1_000_000).build());
        bus.run();
        List<String> browsed = texts(pages(TestBus.ORDERS, null, 3));
        assertThat(browsed)
                .hasSize(40)
                .startsWith("9-9", "9-19", "9-29", "9-39", "8-8")
                .endsWith("0-30");
        assertThat(bus.takeAll(TestBus.ORDERS)).isEqualTo(browsed);
    }

    /** A partition must not look at 100,000 messages while others wait. */
    @Test
    void areEmptyBeforeTheEndWhereTheFilterWantsNothingForLong() {
        fill(TestBus.ORDERS, 3500);
        List<BrowsePage> pages = pages(TestBus.ORDERS, (message, redeliveries, changes) -> false, 250);
        assertThat(pages).hasSize(4).allMatch(page -> page.deliveries().isEmpty());
    }

    @Test
    @Tag("N7")
    void coverAllPartitionsAndPassOverOneThatIsOut() {
        fill(SPREAD, 300);
        List<String> all = texts(pages(SPREAD, TENTHS, 7));
        assertThat(all).hasSize(30).doesNotHaveDuplicates();
        bus.store().failNextAppend(1, Reason.IO);
        fill(SPREAD, PARTITIONS);
        List<String> left = texts(pages(SPREAD, TENTHS, 7));
        assertThat(left.size()).isBetween(15, 25);
    }

    /** Filters are given from outside. */
    @Test
    void doNotStopThePartitionWhenTheFilterFails() {
        fill(TestBus.ORDERS, 3);
        List<BrowsePage> pages = pages(
                TestBus.ORDERS,
                (message, redeliveries, changes) -> {
                    throw new IllegalStateException("as the test wished");
                },
                5);
        assertThat(texts(pages)).isEmpty();
        assertThat(bus.takeAll(TestBus.ORDERS)).hasSize(3);
    }
}
