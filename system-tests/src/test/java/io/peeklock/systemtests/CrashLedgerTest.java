/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests;

import static io.peeklock.systemtests.WorkerEvent.Kind.ACKNOWLEDGED;
import static io.peeklock.systemtests.WorkerEvent.Kind.ACKNOWLEDGING;
import static io.peeklock.systemtests.WorkerEvent.Kind.RECOVERED;
import static io.peeklock.systemtests.WorkerEvent.Kind.SENDING;
import static io.peeklock.systemtests.WorkerEvent.Kind.SENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The crash test's judge, on histories with and without a planted failure.
 *
 * <p>Not thread safe.
 */
final class CrashLedgerTest {

    private final CrashLedger ledger = new CrashLedger();

    @Nested
    final class Accepts {

        @Test
        void aMessageThatWasAcknowledged() {
            sent("a");
            got("a", 1);
            acknowledged("a");
            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void aMessageThatIsFoundAtTheEnd() {
            sent("a");
            ledger.killed();
            found("a", 1);
            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void anAcknowledgeInDoubtEitherWay() {
            sent("a", "b");
            got("a", 1);
            got("b", 1);
            say(WorkerEvent.of(ACKNOWLEDGING, List.of("a", "b")));
            ledger.killed();
            found("b", 2);
            // Sent in one transaction: one of them there is enough to know that it was committed.
            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void aSendInDoubtThatIsNotThere() {
            say(WorkerEvent.of(SENDING, List.of("a")));
            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void aCountOfADeliveryAfterAnAcknowledgeHadBegunThatTheKillTookBack() {
            sent("a", "b");
            got("a", 1);
            got("b", 1);
            say(WorkerEvent.of(ACKNOWLEDGING, List.of("b")));
            say(WorkerEvent.of(RECOVERED, List.of("a")));
            got("a", 2);
            say(WorkerEvent.of(ACKNOWLEDGED, List.of("b")));
            ledger.killed();
            found("a", 2);
            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void aCountThatTheKillTookBack() {
            sent("a");
            got("a", 1);
            ledger.killed();
            found("a", 1);
            assertThat(ledger.contradictions()).isEmpty();
        }
    }

    @Nested
    final class Finds {

        @Test
        void aCountThatAnAcknowledgeInThePartitionMadeDurableAndTheKillTookBack() {
            sent("a", "b");
            got("a", 1);
            got("b", 1);
            acknowledged("b");
            ledger.killed();
            found("a", 1);
            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void aLostMessage() {
            sent("a");
            got("a", 1);
            say(WorkerEvent.of(RECOVERED, List.of("a")));
            assertThat(ledger.contradictions()).singleElement().asString().contains("a was sent and is lost");
        }

        @Test
        void anAcknowledgedMessageThatComesBack() {
            sent("a");
            got("a", 1);
            acknowledged("a");
            ledger.killed();
            found("a", 2);
            assertThat(ledger.contradictions()).singleElement().asString().contains("came back");
        }

        @Test
        void aMessageThatIsThereTwice() {
            sent("a");
            found("a", 1);
            found("a", 2);
            assertThat(ledger.contradictions()).singleElement().asString().contains("twice");
        }

        @Test
        void halfATransaction() {
            say(WorkerEvent.of(SENDING, List.of("a", "b")));
            ledger.killed();
            found("a", 1);
            assertThat(ledger.contradictions()).singleElement().asString().contains("transaction");
        }

        @Test
        void aRolledBackMessage() {
            got("a", 1);
            assertThat(ledger.contradictions()).singleElement().asString().contains("never sent");
        }

        @Test
        void aCountThatDoesNotRiseInOneProcess() {
            sent("a");
            got("a", 1);
            found("a", 1);
            assertThat(ledger.contradictions()).singleElement().asString().contains("for the 1. time");
        }

        @Test
        void aCountThatIsForgottenAlthoughItWasDurable() {
            sent("a");
            sent("b");
            got("a", 1);
            got("b", 1);
            // What is acknowledged in the same partition is in the journal behind the hand-out of a.
            acknowledged("b");
            ledger.killed();
            found("a", 1);
            assertThat(ledger.contradictions()).singleElement().asString().contains("a kill between them");
        }

        @Test
        void aMessageThatChangesItsPartition() {
            sent("a");
            got("a", 1);
            say(WorkerEvent.got("a", 2, 7L << 48));
            found("a", 3);
            assertThat(ledger.contradictions()).isNotEmpty().first().asString().contains("moved");
        }
    }

    private void sent(String... ids) {
        say(WorkerEvent.of(SENDING, List.of(ids)));
        say(WorkerEvent.of(SENT, List.of(ids)));
    }

    private void got(String id, int deliveryCount) {
        say(WorkerEvent.got(id, deliveryCount, 0));
    }

    private void acknowledged(String id) {
        say(WorkerEvent.of(ACKNOWLEDGING, List.of(id)));
        say(WorkerEvent.of(ACKNOWLEDGED, List.of(id)));
    }

    private void found(String id, int deliveryCount) {
        ledger.found(WorkerEvent.got(id, deliveryCount, 0), false);
    }

    private void say(WorkerEvent event) {
        ledger.add(WorkerEvent.parse(event.format()));
    }
}
