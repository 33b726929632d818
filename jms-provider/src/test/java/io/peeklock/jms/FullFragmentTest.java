/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions whose destination is full in one of its fragments: rule P6. */
@Tag("P6")
class FullFragmentTest {

    /** Also beside a receive, to whose partition they go while it has room. */
    @Test
    void sendsWithoutAKeyGoRoundIt() throws JMSException {
        try (TestBroker broker = new TestBroker("?partitions=4")) {
            broker.namespace().createQueue(QueueDescription.of("in")).join();
            broker.namespace()
                    .createQueue(QueueDescription.builder("out")
                            .partitioned(true)
                            .maxSizeBytes(1 << 20)
                            .build())
                    .join();
            Session session = broker.session(Session.SESSION_TRANSACTED);
            MessageConsumer in = session.createConsumer(broker.queue("in"));
            MessageProducer out = session.createProducer(broker.queue("out"));
            for (int i = 0; i < 8; i++) {
                broker.send("in", "m");
                take(in);
                out.send(session.createTextMessage("y".repeat(200_000)));
                session.commit();
            }
        }
    }
}
