/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.text;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * An XA session beside a broker in memory with two queues, and what a transaction manager does with it in one line each.
 *
 * <p>For one thread.
 */
abstract class XABranches {

    static final String ORDERS = "orders";
    static final String OUT = "out";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    TestBroker broker;
    PeeklockXAConnectionFactory factory;
    XAConnection connection;
    XASession session;
    XAResource resource;

    /** Whether the queues are spread over all partitions. */
    boolean isPartitioned() {
        return false;
    }

    /** Of the URL, beginning with {@code &}. */
    String options() {
        return "";
    }

    @BeforeEach
    void open() throws JMSException {
        String url = "peeklock:mem:" + UUID.randomUUID() + "?partitions=4" + options();
        broker = new TestBroker(new PeeklockConnectionFactory(url));
        for (String queue : new String[] {ORDERS, OUT}) {
            broker.namespace()
                    .createQueue(QueueDescription.builder(queue)
                            .partitioned(isPartitioned())
                            .build())
                    .join();
        }
        factory = new PeeklockXAConnectionFactory(url);
        connection = factory.createXAConnection();
        connection.start();
        session = connection.createXASession();
        resource = session.getXAResource();
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
        factory.close();
        broker.close();
    }

    record TestXid(byte[] gtrid, byte[] bqual) implements Xid {
        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return gtrid.clone();
        }

        @Override
        public byte[] getBranchQualifier() {
            return bqual.clone();
        }
    }

    static Xid newXid() {
        byte[] number = ByteBuffer.allocate(4).putInt(NUMBER.incrementAndGet()).array();
        return new TestXid(number, new byte[] {1});
    }

    Xid begin() throws XAException {
        Xid xid = newXid();
        resource.start(xid, XAResource.TMNOFLAGS);
        return xid;
    }

    void commit(Xid xid) throws XAException {
        resource.end(xid, XAResource.TMSUCCESS);
        resource.commit(xid, true);
    }

    void rollback(Xid xid) throws XAException {
        resource.end(xid, XAResource.TMFAIL);
        resource.rollback(xid);
    }

    /** As a transaction manager does whose time-out is over: on a thread of its own. */
    void rollbackElsewhere(Xid xid) throws InterruptedException {
        Thread reaper = new Thread(() -> {
            try {
                rollback(xid);
            } catch (XAException e) {
                throw new AssertionError(e);
            }
        });
        reaper.start();
        reaper.join();
    }

    Queue queue(String name) throws JMSException {
        return broker.queue(name);
    }

    /** In the XA session, with the key of all others. */
    void send(String queue, String text) throws JMSException {
        send(session, queue, text);
    }

    /** In another session, with the key of all others. */
    void put(String queue, String... texts) throws JMSException {
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            for (String text : texts) {
                send(other, queue, text);
            }
        }
    }

    private void send(Session in, String queue, String text) throws JMSException {
        try (MessageProducer producer = in.createProducer(queue(queue))) {
            TextMessage message = in.createTextMessage(text);
            message.setStringProperty("JMS_SB_PartitionKey", "orders of today");
            producer.send(message);
        }
    }

    /** In the XA session: as frameworks do, with a consumer for each receive. */
    @Nullable
    String receive(String queue) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(queue(queue))) {
            return text(consumer.receiveNoWait());
        }
    }
}
