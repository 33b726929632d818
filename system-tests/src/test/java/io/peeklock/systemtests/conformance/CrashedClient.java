/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.systemtests.JavaProcess;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The program of a process that does a bit of everything on queues of one kind, says when it is done, and is killed.
 *
 * <p>One thread.
 */
public final class CrashedClient {

    static final int COUNT = 30;
    static final String DONE = "done";
    /** Queues, one for each thing it does. */
    static final String SENT = "sent";

    static final String SENT_IN_ORDER = "sent-in-order";
    static final String SENT_ASYNCHRONOUSLY = "sent-asynchronously";
    static final String NON_PERSISTENT = "non-persistent";
    static final String COMMITTED = "committed";
    static final String ROLLED_BACK = "rolled-back";
    static final String BY_CLIENT = "acknowledged-by-client";
    static final String BY_ITSELF = "acknowledged-by-itself";

    private final Connection connection;
    private final EntityKind kind;
    /** In transactions on a spread queue messages need a key. */
    private final EntityKind transacted;

    private CrashedClient(Connection connection, EntityKind kind) {
        this.connection = connection;
        this.kind = kind;
        this.transacted = kind == EntityKind.SPREAD ? EntityKind.ONE_KEY : kind;
    }

    /** Takes the URL and the kind. */
    public static void main(String[] args) throws Exception {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(args[0]);
                Connection connection = factory.createConnection()) {
            connection.start();
            CrashedClient client = new CrashedClient(connection, EntityKind.valueOf(args[1]));
            client.send();
            client.sendAsynchronously();
            client.sendNonPersistent();
            client.transact();
            client.acknowledge();
            client.acknowledgeByItself();
            client.writeToEveryPartition();
            JavaProcess.print(DONE);
            while (System.in.read() >= 0) {
                // Until it is killed.
            }
        }
    }

    private void send() throws JMSException {
        fill(SENT, DeliveryMode.PERSISTENT);
        fill(SENT_IN_ORDER, DeliveryMode.PERSISTENT);
    }

    private void sendNonPersistent() throws JMSException {
        fill(NON_PERSISTENT, DeliveryMode.NON_PERSISTENT);
    }

    private void sendAsynchronously() throws Exception {
        CountDownLatch completed = new CountDownLatch(COUNT);
        CompletionListener listener = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                completed.countDown();
            }

            @Override
            public void onException(Message message, Exception exception) {
                exception.printStackTrace();
            }
        };
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(queue(session, SENT_ASYNCHRONOUSLY));
        for (String text : Provider.numbered("m", COUNT)) {
            producer.send(kind.mark(session.createTextMessage(text)), listener);
        }
        completed.await();
    }

    /** One transaction that is committed, and one that is under way at the kill. */
    private void transact() throws JMSException {
        fill(ROLLED_BACK, DeliveryMode.PERSISTENT, transacted);
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(queue(session, COMMITTED));
        for (String text : Provider.numbered("m", COUNT)) {
            producer.send(transacted.mark(session.createTextMessage(text)));
        }
        session.commit();
        producer.send(transacted.mark(session.createTextMessage("never committed")));
        Provider.take(session.createConsumer(queue(session, ROLLED_BACK)), 3);
    }

    /** Says what it acknowledges and what it holds at the kill. */
    private void acknowledge() throws JMSException {
        fill(BY_CLIENT, DeliveryMode.PERSISTENT);
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue(session, BY_CLIENT));
        List<Message> messages = Provider.take(consumer, 5);
        messages.get(0).acknowledge();
        JavaProcess.print(String.join(" ", texts(messages)));
        JavaProcess.print(String.join(" ", Provider.takeTexts(consumer, 5)));
    }

    /** Says what it has received. */
    private void acknowledgeByItself() throws JMSException {
        fill(BY_ITSELF, DeliveryMode.PERSISTENT);
        Session session = connection.createSession();
        JavaProcess.print(String.join(" ", Provider.takeTexts(session.createConsumer(queue(session, BY_ITSELF)), 5)));
    }

    /** That a message was handed out is written without waiting for it: what is sent after it has waited for it. */
    private void writeToEveryPartition() throws JMSException {
        fill("last", DeliveryMode.PERSISTENT);
    }

    private void fill(String name, int deliveryMode) throws JMSException {
        fill(name, deliveryMode, kind);
    }

    private void fill(String name, int deliveryMode, EntityKind marking) throws JMSException {
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(queue(session, name))) {
            producer.setDeliveryMode(deliveryMode);
            for (String text : Provider.numbered("m", COUNT)) {
                producer.send(marking.mark(session.createTextMessage(text)));
            }
        }
    }

    private Queue queue(Session session, String name) throws JMSException {
        return Provider.queue(session, kind, name);
    }

    private static List<String> texts(List<Message> messages) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message : messages) {
            texts.add(Provider.textOf(message));
        }
        return texts;
    }
}
