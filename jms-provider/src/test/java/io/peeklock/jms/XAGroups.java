/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** A queue that requires sessions, of every kind, beside those of {@link XABranches}; one message is in it. */
@ParameterizedClass(name = "partitioned: {0}, profile {1}")
@CsvSource({"false, jms", "true, jms", "false, azure", "true, azure"})
abstract class XAGroups extends XABranches {

    static final String GROUPS = "groups";
    /** That of all other queues. */
    static final String KEY = "orders of today";

    final boolean partitioned;
    private final String profile;

    XAGroups(boolean partitioned, String profile) {
        this.partitioned = partitioned;
        this.profile = profile;
    }

    @Override
    final boolean isPartitioned() {
        return partitioned;
    }

    @Override
    final String options() {
        return "&profile=" + profile;
    }

    @BeforeEach
    void createGroups() throws JMSException {
        broker.namespace()
                .createQueue(QueueDescription.builder(GROUPS)
                        .partitioned(partitioned)
                        .sessionRequired(true)
                        .build())
                .join();
        putInto(KEY, "a");
    }

    final void putInto(String group, String text) throws JMSException {
        try (Session plain = broker.session(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = plain.createProducer(queue(GROUPS))) {
            TextMessage message = plain.createTextMessage(text);
            message.setStringProperty("JMSXGroupID", group);
            producer.send(message);
        }
    }

    final SessionConsumer accept(Session in) throws JMSException {
        return ((BusSession) in).acceptSession(queue(GROUPS), KEY);
    }

    final Xid takeAndClose() throws Exception {
        Xid xid = begin();
        try (SessionConsumer held = accept(session)) {
            assertThat(text(take(held))).isEqualTo("a");
        }
        return xid;
    }

    final void assertIsHeld() throws JMSException {
        try (Session other = broker.session(Session.SESSION_TRANSACTED)) {
            assertThatThrownBy(() -> accept(other))
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("SessionCannotBeLocked"));
        }
    }

    /** The session goes a moment after its branch. */
    final void assertIsFree(String... expected) throws JMSException {
        Awaitility.await().ignoreExceptions().until(() -> {
            try (Session other = broker.session(Session.SESSION_TRANSACTED);
                    SessionConsumer held = accept(other)) {
                return TestBroker.all(held).equals(List.of(expected));
            }
        });
    }
}
