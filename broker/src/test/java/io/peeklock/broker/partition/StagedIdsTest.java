/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.message.Message;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ids of messages that a prepared part will send. */
@Tag("X5")
@Tag("U5")
class StagedIdsTest extends PartsFixture {
    private final Message once = builder("a").applicationMessageId("id").build();

    @Test
    void leaveNoTraceIfTheyAreRolledBack() {
        rollback(prepared(sends(DETECTS, once)));
        powerCut();
        send(DETECTS, once);
        assertThat(receive(DETECTS, 5)).hasSize(1);
    }

    @Test
    @Tag("U1")
    void areRememberedFromTheCommit() {
        UUID part = prepared(sends(DETECTS, once));
        powerCut();
        commit(part);
        powerCut();
        send(DETECTS, once);
        assertThat(receive(DETECTS, 5)).hasSize(1);
    }

    @Test
    void areDroppedSilentlyIfTheIdCameMeanwhile() {
        UUID part = prepared(sends(DETECTS, once));
        send(DETECTS, once);
        powerCut();
        commit(part);
        assertThat(receive(DETECTS, 5)).hasSize(1);
        assertThat(counters(DETECTS).sizeBytes()).isEqualTo(once.sizeBytes());
    }

    @Test
    void ofTwoPartsComeOnce() {
        UUID first = prepared(sends(DETECTS, once));
        UUID second = prepared(sends(DETECTS, once));
        commit(second);
        commit(first);
        assertThat(receive(DETECTS, 5)).hasSize(1);
    }

    @Test
    @Tag("U1")
    void areNotEvenKeptIfTheyAreDuplicatesWhenTheyArePrepared() {
        send(DETECTS, once);
        UUID part = prepared(sends(DETECTS, once));
        assertThat(get(partition.parts())).extracting(PartInfo::sends).containsExactly(0);
        commit(part);
        assertThat(receive(DETECTS, 5)).hasSize(1);
    }
}
