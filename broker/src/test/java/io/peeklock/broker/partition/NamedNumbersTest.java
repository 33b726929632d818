/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageSelection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Work on very many messages that are named by their numbers. */
class NamedNumbersTest extends OnePartition {
    private static final long NAMED = 50_000;

    /** Nothing else of the partition must wait until a hundred thousand have been looked up. */
    @Test
    void looksUpSomeOfThemWithEachCommandAlsoIfTheyAreNotThere() {
        partition.send(ENTITY, message(1));
        run();
        Set<Long> named = new LinkedHashSet<>();
        LongStream.rangeClosed(1, NAMED).forEach(number -> named.add(NAMED + 1 - number));
        MessageSelection selection = MessageSelection.ALL.numbered(named);
        SweepPage page = new SweepPage(BulkProgress.NONE, 0, NAMED);
        long done = 0;
        int pages = 0;
        while (!page.isLast()) {
            long before = page.next();
            CompletableFuture<SweepPage> answer = partition.sweep(
                    new Sweep(Sweep.Action.PURGE, null, ENTITY, false, selection, before, NAMED, Long.MAX_VALUE));
            run();
            page = answer.join();
            done += page.progress().done();
            pages++;
            assertThat(page.next()).isGreaterThan(before);
            assertThat(page.isLast() ? 0 : page.next() - before).isLessThan(NAMED / 2);
        }
        assertThat(done).isEqualTo(1);
        assertThat(pages).isEqualTo(3);
    }
}
