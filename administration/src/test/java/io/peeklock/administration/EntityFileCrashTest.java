/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.administration.EntityFile.Others;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import io.peeklock.journal.JournalStore;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * When applying a file ends in the middle, applying it again does the rest.
 *
 * <p>One thread.
 */
@Tag("W4")
final class EntityFileCrashTest extends FileFixture {

    /** What the file makes of an empty namespace. */
    private String whole(String document) {
        apply(document);
        String whole = export();
        bus.close();
        bus = newBus(Profile.JMS);
        return whole;
    }

    /** Begins to apply it, and lets so many changes reach the disk; returns whether that was all. */
    private boolean begin(String document, int changes) {
        bus.syncs(false);
        CompletableFuture<AppliedChanges> applying = EntityFile.parse(document).applyTo(bus.namespace, Others.KEEP);
        for (int i = 0; i < changes; i++) {
            bus.runtime.runUntilIdle();
            bus.store().sync(JournalStore.DEFINITIONS, 1);
        }
        bus.runtime.runUntilIdle();
        return applying.isDone();
    }

    @Test
    void aPowerCutAtAnyChangeIsMadeUpFor() {
        String document = resource("shop.json");
        String whole = whole(document);
        boolean done = false;
        int changes = 0;
        while (!done) {
            done = begin(document, changes++);
            bus = bus.crashed();
            apply(document);
            assertThat(export()).as("after %d changes", changes).isEqualTo(whole);
            bus.close();
            bus = newBus(Profile.JMS);
        }
        assertThat(changes).as("power cuts").isGreaterThan(10);
    }

    @Test
    void aDiskThatFailsSaysHowFarItCameAndIsMadeUpForOnceItIsMended() {
        String document = resource("shop.json");
        String whole = whole(document);
        begin(document, 3);
        bus = bus.killed();
        bus.store().failNextAppend(JournalStore.DEFINITIONS, Reason.IO);
        BrokerException failure = bus.failure(EntityFile.parse(document).applyTo(bus.namespace, Others.KEEP));
        assertThat(failure.code()).isIn(ErrorCode.OutcomeUnknown, ErrorCode.PartitionUnavailable);
        assertThat(failure)
                .hasMessageContaining("applied in part: after 0 changes")
                .hasMessageContaining("again");
        assertThat(refused(document)).singleElement().asString().contains("nothing can be changed");
        bus.get(bus.namespace.reopen(JournalStore.DEFINITIONS));
        apply(document);
        assertThat(export()).isEqualTo(whole);
    }
}
