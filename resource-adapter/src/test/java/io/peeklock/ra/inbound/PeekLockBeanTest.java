/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.PeekLocked;
import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.jms.Message;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bean without transactions of the server has its messages under peek-lock. */
class PeekLockBeanTest extends InboundFixture {

    @Test
    @Tag("L2")
    void itIsCompletedWhenTheBeanReturns() throws Exception {
        activate(Kind.NOT_TRANSACTED, spec(), message -> {
            seen.add(text(message) + statesOf(ORDERS));
        });
        send(ORDERS, "a");
        awaitSeen("a[Locked]");
        awaitStates(ORDERS);
    }

    @Test
    @Tag("L6")
    void itIsKeptBackWhenTheBeanFails() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setRedeliveryDelay(HOUR);
        activate(Kind.NOT_TRANSACTED, spec, message -> {
            throw new IllegalArgumentException("no such drink");
        });
        send(ORDERS, "a");
        awaitStates(ORDERS, "Scheduled");
    }

    @Test
    @Tag("L12")
    void aPoisonMessageEndsAsADeadLetter() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setMaxRedeliveries("0");
        activate(Kind.NOT_TRANSACTED, spec, message -> {
            seen.add(text(message));
            throw new IllegalArgumentException("no such drink");
        });
        send(ORDERS, "a");
        Message letter = take(LETTERS);
        assertThat(letter.getStringProperty("DeadLetterErrorDescription")).contains("no such drink", "OrderBean");
        assertThat(seen).containsExactly("a");
    }

    @Test
    @Tag("D2")
    void whatTheBeanHasSettledStaysSo() throws Exception {
        activate(Kind.NOT_TRANSACTED, spec(), message -> {
            PeekLocked.of(message).deadLetter("Unreadable", "no such drink");
            throw new IllegalArgumentException("after all");
        });
        send(ORDERS, "a");
        assertThat(take(LETTERS).getStringProperty("DeadLetterReason")).isEqualTo("Unreadable");
        assertThat(statesOf(ORDERS)).isEmpty();
    }

    @Test
    void aTransactionOfTheBeansOwnDoesNotTakeIt() throws Exception {
        activate(Kind.NOT_TRANSACTED, spec(), message -> {
            TestTransactions.manager().begin();
            seen.add(text(message));
            TestTransactions.manager().rollback();
        });
        send(ORDERS, "a");
        awaitSeen("a");
        awaitStates(ORDERS);
    }
}
