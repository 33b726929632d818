/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The judge of the tests with kills sees every way in which a transaction can be half done.
 *
 * <p>Not thread safe.
 */
final class XaLedgerTest {

    private final XaLedger ledger = new XaLedger();

    @Nested
    class OfATransactionWhoseOutcomeNobodySaid {

        @Test
        void acceptsAllOfIt() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("", "o", "o");

            assertThat(ledger.contradictions()).isEmpty();
            assertThat(ledger.noted()).isEqualTo(1);
            assertThat(ledger.decidedByRecovery()).isEqualTo(1);
        }

        @Test
        void acceptsNothingOfIt() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("o", "", "");

            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void findsAnOrderThatIsNotedInOnePlaceOnly() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("", "o", "");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsAnOrderThatIsNotedAndStillThere() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("o", "o", "o");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsAnOrderThatIsGone() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("", "", "");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsAnOrderThatIsNotedTwice() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("", "o", "o o");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsThatTheSecondRecoveryTurnsItRound() {
            say("PUTTING o", "PUT o", "TOOK t o");
            found("o", "", "");
            found("", "o", "o");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsTheWrongOutcomeOfOneThatWasStoppedAfterItsDecision() {
            say("PUTTING o", "PUT o", "TOOK t o", "STOPPED o log.write.after true");
            found("o", "", "");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsTheWrongOutcomeOfOneThatWasStoppedBeforeItsDecision() {
            say("PUTTING o", "PUT o", "TOOK t o", "STOPPED o log.write.before false");
            found("", "o", "o");

            assertThat(ledger.contradictions()).hasSize(1);
        }
    }

    @Nested
    class OfATransactionThatHasEnded {

        @Test
        void findsACommitThatIsUndone() {
            say("PUTTING o", "PUT o", "TOOK t o", "COMMITTED t o");
            found("o", "", "");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void findsARollbackThatIsNone() {
            say("PUTTING o", "PUT o", "TOOK t o", "ROLLED_BACK t o");
            found("", "o", "o");

            assertThat(ledger.contradictions()).hasSize(1);
        }

        @Test
        void acceptsThatAnotherHasTakenTheOrderSince() {
            say("PUTTING o", "PUT o", "TOOK t o", "TOOK u o", "ROLLED_BACK t o", "COMMITTED u o");
            found("", "o", "o");

            assertThat(ledger.contradictions()).isEmpty();
        }

        @Test
        void findsThatAnOrderIsTakenOnceMore() {
            say("PUTTING o", "PUT o", "TOOK t o", "COMMITTED t o", "TOOK u o");

            assertThat(ledger.contradictions()).hasSize(1);
        }
    }

    @Test
    void acceptsThatAnOrderWasNotPutInBeforeTheKill() {
        say("PUTTING o");
        found("", "", "");

        assertThat(ledger.contradictions()).isEmpty();
    }

    @Test
    void findsWhatRecoveryHasLeft() {
        say("RECOVERING", "FOUND ORDERS", "LEFT in the log: an entry", "RECOVERED");

        assertThat(ledger.contradictions()).hasSize(1);
    }

    @Test
    void findsAnOrderThatNobodyHasPutIn() {
        found("", "x", "x");

        assertThat(ledger.contradictions()).hasSize(1);
    }

    private void found(String orders, String rows, String shipments) {
        say("RECOVERING", "FOUND ORDERS " + orders, "FOUND ROWS " + rows, "FOUND SHIPMENTS " + shipments, "RECOVERED");
    }

    private void say(String... lines) {
        List.of(lines).forEach(line -> ledger.add(XaEvent.parse(line)));
    }
}
