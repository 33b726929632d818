/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.entity.TopicDescription;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.util.EnumSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A broker with a queue, a topic and whatever policies a test makes, and connections that come with a key.
 *
 * <p>For one thread.
 */
abstract class ClaimsFixture {
    static final String KEY = "the-app-key";
    static final EntityPath ORDERS = EntityPath.queue("orders");
    static final EntityPath NEWS = EntityPath.topic("news");

    TestBroker broker;
    Namespace namespace;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker();
        namespace = broker.namespace();
        namespace.createQueue(QueueDescription.of("orders")).join();
        namespace.createTopic(TopicDescription.of("news")).join();
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    AccessPolicy policy(@Nullable EntityPath entity, Claim first, Claim... others) {
        AccessPolicy policy = new AccessPolicy(entity, "app", EnumSet.of(first, others), AccessKey.of(KEY), null);
        return namespace.createPolicy(policy).join();
    }

    /** A started connection with that key. */
    Connection connect() throws JMSException {
        return connect(null);
    }

    Connection connect(@Nullable String clientId) throws JMSException {
        Connection connection = broker.factory.createConnection("app", KEY);
        if (clientId != null) {
            connection.setClientID(clientId);
        }
        connection.start();
        return connection;
    }

    static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(JMSSecurityException.class)
                .extracting(e -> ((JMSException) e).getErrorCode())
                .isEqualTo("Unauthorized");
    }
}
