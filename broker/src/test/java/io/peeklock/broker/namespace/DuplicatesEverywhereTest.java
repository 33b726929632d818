/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.OutgoingMessage;
import io.peeklock.broker.PartitionCommit;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.routing.PartitionHash;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a transaction that failed would have sent is not known to the detection of duplicates: rule U5. */
@Tag("U5")
class DuplicatesEverywhereTest extends EveryKindFixture {
    private static final Duration WINDOW = Duration.ofHours(1);

    private int partition;

    private void createDetecting(Kind kind) {
        create(kind, false, WINDOW);
        partition = kind.isSpread() ? PartitionHash.partitionOf("key", 4) : 0;
    }

    private static Message.Builder invoice(String text) {
        return message(text).applicationMessageId("invoice");
    }

    private CompletableFuture<Void> commit(String text, List<LockToken> completed) {
        OutgoingMessage send = new OutgoingMessage(to, invoice(text).build());
        return bus.namespace.commit(new PartitionCommit(partition, List.of(send), completed));
    }

    private void assertThatTheNextIsTheFirst(End end) {
        end(end);
        bus.send(to, invoice("sent"));
        end(end);
        bus.send(to, invoice("again"));
        bus.get(commit("once more", List.of()));
        assertThat(texts(from)).containsExactly("sent");
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void isForgottenIfTheCommitIsRefused(Kind kind, End end) {
        createDetecting(kind);
        send("held");
        Delivery held = bus.take(from);
        bus.settle(held, Settlement.COMPLETE);
        assertThat(bus.errorOf(commit("refused", List.of(held.requireLockToken()))))
                .isEqualTo(ErrorCode.MessageLockLost);
        assertThatTheNextIsTheFirst(end);
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void isForgottenIfTheDiskHasNotTakenTheCommit(Kind kind, End end) {
        createDetecting(kind);
        bus.store().failNextAppend(partition, Reason.IO);
        assertThat(bus.errorOf(commit("lost", List.of()))).isEqualTo(ErrorCode.OutcomeUnknown);
        bus.get(bus.namespace.reopen(partition));
        assertThatTheNextIsTheFirst(end);
    }
}
