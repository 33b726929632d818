/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections: client id, sessions, meta data, close. */
class ConnectionTest {

    private TestBroker broker;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    @Nested
    class ClientIds {

        @Test
        void isSetFirstOfAll() throws JMSException {
            try (Connection connection = broker.factory.createConnection()) {
                assertThatThrownBy(() -> connection.setClientID("m".repeat(129)))
                        .isInstanceOf(InvalidClientIDException.class)
                        .hasMessageContaining("at most 128 characters");
                connection.setClientID("me");
                assertThat(connection.getClientID()).isEqualTo("me");
                assertThatThrownBy(() -> connection.setClientID("you")).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void isRefusedAfterUse() throws JMSException {
            try (Connection connection = broker.factory.createConnection()) {
                connection.createSession();
                assertThatThrownBy(() -> connection.setClientID("me")).isInstanceOf(IllegalStateException.class);
            }
        }

        /** Pools do so as soon as they have a connection. */
        @Test
        void isTakenAfterMetaDataAndExceptionListener() throws JMSException {
            try (Connection connection = broker.factory.createConnection()) {
                connection.setExceptionListener(connection.getExceptionListener());
                connection.getMetaData();
                connection.setClientID("me");
                assertThat(connection.getClientID()).isEqualTo("me");
            }
        }

        @Test
        void isOneConnectionsOnlyUntilItCloses() throws JMSException {
            try (Connection first = broker.factory.createConnection();
                    Connection second = broker.factory.createConnection()) {
                first.setClientID("me");
                assertThatThrownBy(() -> second.setClientID("me")).isInstanceOf(InvalidClientIDException.class);
                first.close();
                second.setClientID("me");
            }
        }

        @Test
        void ofTheFactoryCannotBeChanged() throws JMSException {
            try (TestBroker own = new TestBroker("?clientId=fixed")) {
                assertThat(own.connection.getClientID()).isEqualTo("fixed");
                assertThatThrownBy(() -> own.connection.setClientID("me")).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(own.factory::createConnection).isInstanceOf(InvalidClientIDException.class);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " "})
        void mustNotBeEmpty(String id) throws JMSException {
            try (Connection connection = broker.factory.createConnection()) {
                assertThatThrownBy(() -> connection.setClientID(id)).isInstanceOf(InvalidClientIDException.class);
            }
        }
    }

    @Nested
    class Sessions {

        @Test
        void haveTheModeThatWasAskedFor() throws JMSException {
            Connection connection = broker.connection;
            assertThat(connection.createSession().getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
            assertThat(connection.createSession(Session.SESSION_TRANSACTED).getTransacted())
                    .isTrue();
            assertThat(connection
                            .createSession(true, Session.CLIENT_ACKNOWLEDGE)
                            .getAcknowledgeMode())
                    .isEqualTo(Session.SESSION_TRANSACTED);
            assertThat(connection
                            .createSession(false, Session.DUPS_OK_ACKNOWLEDGE)
                            .getAcknowledgeMode())
                    .isEqualTo(Session.DUPS_OK_ACKNOWLEDGE);
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 4, 99, 102})
        void withAnUnknownModeAreRefused(int mode) {
            assertThatThrownBy(() -> broker.connection.createSession(mode)).isInstanceOf(JMSException.class);
        }

        @Test
        void areNotTransactedWithModeZeroAlone() {
            assertThatThrownBy(() -> broker.connection.createSession(false, Session.SESSION_TRANSACTED))
                    .isInstanceOf(JMSException.class);
        }

        @Test
        void areQueueSessionsToo() throws JMSException {
            try (QueueConnection connection = broker.factory.createQueueConnection()) {
                connection.start();
                QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
                Queue queue = session.createQueue("orders");
                session.createSender(queue).send(session.createTextMessage("a"));
                QueueReceiver receiver = session.createReceiver(queue);
                assertThat(receiver.getQueue()).isEqualTo(queue);
                assertThat(TestBroker.text(TestBroker.take(receiver))).isEqualTo("a");
            }
        }
    }

    @Nested
    class Close {

        @Test
        void isIdempotentAndClosesTheSessions() throws JMSException {
            Connection connection = broker.factory.createConnection();
            Session session = connection.createSession();
            connection.close();
            assertThatCode(connection::close).doesNotThrowAnyException();
            assertThatThrownBy(session::createTextMessage).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(connection::start).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(connection::getClientID).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void metaDataNamesTheSpecificationAndTheProvider() throws JMSException {
        ConnectionMetaData data = broker.connection.getMetaData();
        assertThat(data.getJMSVersion()).isEqualTo("3.1");
        assertThat(data.getJMSMajorVersion()).isEqualTo(3);
        assertThat(data.getJMSMinorVersion()).isEqualTo(1);
        assertThat(data.getJMSProviderName()).isEqualTo("Peeklock");
        assertThat(data.getProviderVersion()).isNotEmpty();
        assertThat(data.getProviderMajorVersion()).isNotNegative();
        assertThat(data.getProviderMinorVersion()).isNotNegative();
        assertThat(Collections.list((java.util.Enumeration<?>) data.getJMSXPropertyNames()))
                .map(Object::toString)
                .contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
    }
}
