/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the bus has, in a branch of a global transaction: deferred messages, groups and their states. */
class XABusOperationsTest extends XABranches {

    private static final String GROUPS = "groups";

    private BusSession bus() {
        return (BusSession) session;
    }

    private SessionConsumer acceptGroup() throws JMSException {
        broker.namespace()
                .createQueue(
                        QueueDescription.builder(GROUPS).sessionRequired(true).build())
                .join();
        TextMessage message = session.createTextMessage("a");
        message.setStringProperty("JMSXGroupID", "g");
        session.createProducer(queue(GROUPS)).send(message);
        return bus().acceptSession(queue(GROUPS), "g");
    }

    private static Optional<String> state(SessionConsumer group) throws JMSException {
        return group.getSessionState().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("F2")
    @Tag("X1")
    void aDeferredMessageIsReceivedInTheBranch(boolean commits) throws Exception {
        put(ORDERS, "a");
        Xid first = begin();
        long number;
        try (MessageConsumer consumer = session.createConsumer(queue(ORDERS))) {
            PeekLocked message = PeekLocked.of(take(consumer));
            number = message.sequenceNumber();
            message.defer();
        }
        commit(first);
        Xid second = begin();
        assertThat(bus().receiveDeferred(queue(ORDERS), number)).hasSize(1);
        assertThat(broker.locked(ORDERS)).containsExactly("a");
        if (commits) {
            commit(second);
        } else {
            rollback(second);
        }
        assertThat(bus().peek(queue(ORDERS), 0, 10)).hasSize(commits ? 0 : 1);
    }

    @Test
    @Tag("G6")
    @Tag("X1")
    void aStateIsSetByTheCommitAndForgottenByARollback() throws Exception {
        try (SessionConsumer group = acceptGroup()) {
            Xid first = begin();
            group.setSessionState("dropped".getBytes(StandardCharsets.UTF_8));
            assertThat(state(group)).contains("dropped");
            resource.end(first, XAResource.TMSUSPEND);
            assertThat(state(group)).isEmpty();
            resource.start(first, XAResource.TMRESUME);
            rollback(first);
            assertThat(state(group)).isEmpty();
            Xid second = begin();
            assertThat(TestBroker.text(take(group))).isEqualTo("a");
            group.setSessionState("kept".getBytes(StandardCharsets.UTF_8));
            commit(second);
            assertThat(state(group)).contains("kept");
            group.setSessionState(null);
            assertThat(state(group)).isEmpty();
        }
        assertThat(bus().peek(queue(GROUPS), 0, 10)).isEmpty();
    }
}
