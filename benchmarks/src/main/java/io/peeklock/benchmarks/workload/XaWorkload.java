/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.benchmarks.workload;

import io.peeklock.benchmarks.workload.StorageLoad.Unit;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * Threads that receive a message and send one in a branch of a global transaction, driven as a transaction manager would
 * that has a second resource: start, end, prepare, commit in two phases. No transaction manager is measured.
 *
 * <p>Immutable; its workers belong to a thread each.
 */
public record XaWorkload(String id, int threads) implements Workload {

    /** Messages in the queue for each thread: enough that prefetching consumers do not starve the others. */
    private static final int MESSAGES_EACH = 100;

    @Override
    public String description() {
        return threads + (threads == 1 ? " thread receives" : " threads, each receives")
                + " a persistent 1 KiB message from a queue of " + MESSAGES_EACH * threads
                + " and sends one to it in an XA branch; each provider's XAResource is driven directly, without a"
                + " transaction manager: start, receive, send, end, prepare, commit in two phases; an operation is such"
                + " a transaction";
    }

    @Override
    public int warmUps() {
        return LONG_WARM_UPS;
    }

    @Override
    public StorageLoad storage() {
        return StorageLoad.of(threads, Unit.PREPARE_AND_COMMIT);
    }

    @Override
    public List<Worker> workers(Peer peer) throws JMSException {
        Producer fill = Producer.toQueue(
                peer.connectionFactory(), Workloads.QUEUE, 0, Workloads.BODY_BYTES, DeliveryMode.PERSISTENT, 1);
        for (int i = 0; i < MESSAGES_EACH * threads; i++) {
            fill.once();
        }
        fill.close();
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(new Mover(peer, i));
        }
        return workers;
    }

    /** Does one transaction a turn. Owned by one thread. */
    private static final class Mover implements Worker {

        private final XAConnection connection;
        private final Session session;
        private final XAResource resource;
        private final MessageConsumer consumer;
        private final MessageProducer producer;
        private final byte[] body;
        private final int number;
        private long transactions;

        Mover(Peer peer, int number) throws JMSException {
            this.number = number;
            body = Workloads.body(number, Workloads.BODY_BYTES);
            connection = peer.xaConnectionFactory().createXAConnection();
            XASession xaSession = connection.createXASession();
            session = xaSession;
            resource = xaSession.getXAResource();
            consumer = session.createConsumer(session.createQueue(Workloads.QUEUE));
            producer = session.createProducer(session.createQueue(Workloads.QUEUE));
            connection.start();
        }

        @Override
        public long once() throws JMSException, XAException {
            long start = System.nanoTime();
            NumberedXid xid = new NumberedXid(number, ++transactions);
            resource.start(xid, XAResource.TMNOFLAGS);
            Message message = consumer.receive(Workloads.WAIT_MS);
            if (message == null) {
                resource.end(xid, XAResource.TMFAIL);
                resource.rollback(xid);
                return NOT_COUNTED;
            }
            BytesMessage next = session.createBytesMessage();
            next.writeBytes(body);
            producer.send(next);
            resource.end(xid, XAResource.TMSUCCESS);
            int vote = resource.prepare(xid);
            if (vote != XAResource.XA_OK) {
                throw new IllegalStateException("prepare of work done answered " + vote);
            }
            resource.commit(xid, false);
            return System.nanoTime() - start;
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }
}
