/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.PeekPage;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    private List<PeekPage> pages(EntityPath path, MessageFilter filter, int max) {
        List<PeekPage> pages = new ArrayList<>();
        for (long next = 0; next != PeekPage.END; ) {
            PeekPage page = bus.get(bus.namespace.browse(path, filter, next, max));
            assertThat(page.next()).isGreaterThan(next);
            pages.add(page);
            next = page.next();
        }
        return pages;
    }

    private static List<String> texts(List<PeekPage> pages) {
        return pages.stream()
                .flatMap(page -> page.deliveries().stream())
                .map(TestBus::textOf)
                .toList();
    }

    @Test
    void holdWhatTheFilterWantsInOrder() {
        fill(TestBus.ORDERS, 100);
        List<PeekPage> pages = pages(TestBus.ORDERS, TENTHS, 4);
        assertThat(texts(pages)).containsExactly("m0", "m10", "m20", "m30", "m40", "m50", "m60", "m70", "m80", "m90");
        assertThat(pages).allSatisfy(page -> assertThat(page.deliveries()).hasSizeLessThanOrEqualTo(4));
    }

    /** A partition must not look at 100,000 messages while others wait. */
    @Test
    void areEmptyBeforeTheEndWhereTheFilterWantsNothingForLong() {
        fill(TestBus.ORDERS, 3500);
        List<PeekPage> pages = pages(TestBus.ORDERS, (message, redeliveries, changes) -> false, 250);
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
        List<PeekPage> pages = pages(
                TestBus.ORDERS,
                (message, redeliveries, changes) -> {
                    throw new IllegalStateException("as the test wished");
                },
                5);
        assertThat(texts(pages)).isEmpty();
        assertThat(bus.takeAll(TestBus.ORDERS)).hasSize(3);
    }
}
