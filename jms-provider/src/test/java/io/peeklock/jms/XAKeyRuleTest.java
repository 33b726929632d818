/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.message.Message;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.TextMessage;
import jakarta.jms.XASession;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The single-partition-key rule in global transactions: who breaks it is told at the send, and may go on. */
@Tag("P9")
@Tag("P10")
@Tag("P11")
class XAKeyRuleTest extends XABranches {
    private static final String KEY = "key of the transaction";

    private int partition;
    private String otherKey = "";
    private int otherPartition;

    @Override
    boolean isPartitioned() {
        return true;
    }

    @BeforeEach
    void findAKeyOfAnotherPartition() throws JMSException {
        partition = partitionOf(KEY);
        int number = 0;
        do {
            otherKey = "another key, " + number++;
            otherPartition = partitionOf(otherKey);
        } while (otherPartition == partition);
    }

    private int partitionOf(String key) throws JMSException {
        return broker.namespace()
                .partitionOf(
                        EntityPath.queue(ORDERS),
                        Message.builder().partitionKey(key).build());
    }

    private static void send(XASession in, String queue, String text, String key) throws JMSException {
        try (MessageProducer producer = in.createProducer(in.createQueue(queue))) {
            TextMessage message = in.createTextMessage(text);
            message.setStringProperty("JMS_SB_PartitionKey", key);
            producer.send(message);
        }
    }

    private void assertIsRefused(XASession in, String queue) {
        IllegalStateException refusal =
                catchThrowableOfType(IllegalStateException.class, () -> send(in, queue, "refused", otherKey));
        assertThat(refusal).isNotNull();
        assertThat(refusal.getErrorCode()).isEqualTo("InvalidOperation");
        assertThat(refusal)
                .hasMessageContaining("'" + KEY + "' (partition " + partition + ")")
                .hasMessageContaining("'" + otherKey + "' (partition " + otherPartition + ")");
    }

    @Test
    void holdsABranchToItsKey() throws Exception {
        Xid xid = begin();
        send(session, ORDERS, "first", KEY);
        assertIsRefused(session, ORDERS);
        assertIsRefused(session, OUT);
        send(session, OUT, "second", KEY);
        commit(xid);
        assertThat(broker.drain(ORDERS)).containsExactly("first");
        assertThat(broker.drain(OUT)).containsExactly("second");
    }

    /** As where a server's wrapper makes isSameRM false. */
    @Test
    void holdsTheBranchesOfAGlobalTransactionToOneKey() throws Exception {
        Xid first = begin();
        Xid second = new TestXid(first.getGlobalTransactionId(), new byte[] {2});
        send(session, ORDERS, "first", KEY);
        XASession other = connection.createXASession();
        other.getXAResource().start(second, XAResource.TMNOFLAGS);
        assertIsRefused(other, OUT);
        send(other, OUT, "second", KEY);
        resource.end(first, XAResource.TMSUCCESS);
        other.getXAResource().end(second, XAResource.TMSUCCESS);
        for (Xid branch : new Xid[] {first, second}) {
            assertThat(resource.prepare(branch)).isEqualTo(XAResource.XA_OK);
        }
        for (Xid branch : new Xid[] {first, second}) {
            resource.commit(branch, false);
        }
        assertThat(broker.drain(ORDERS)).containsExactly("first");
        assertThat(broker.drain(OUT)).containsExactly("second");
    }

    /** Where nothing was staged but what was refused, the branch is held to nothing. */
    @Test
    void aRefusedSendHoldsToNothing() throws Exception {
        Xid first = begin();
        send(session, ORDERS, "first", KEY);
        assertIsRefused(session, OUT);
        rollback(first);
        Xid next = begin();
        send(session, OUT, "other", otherKey);
        commit(next);
        assertThat(broker.drain(ORDERS)).isEmpty();
        assertThat(broker.drain(OUT)).containsExactly("other");
    }
}
