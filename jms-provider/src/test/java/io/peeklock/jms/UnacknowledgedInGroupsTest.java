/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LostLock;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.entity.EntityPath;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The limit of unacknowledged messages where messages leave the session by other ways than their settlement. */
class UnacknowledgedInGroupsTest extends GroupFixture {

    private SessionConsumer ofA;
    private SessionConsumer ofB;

    /** The JMS session has as many messages as it may, all of them of session a. */
    private void fill(boolean partitioned) throws JMSException {
        open(partitioned, "?maxUnacknowledged=2");
        send("a", "1", "2");
        send("b", "3");
        BusSession session = session(Session.CLIENT_ACKNOWLEDGE);
        ofA = session.acceptSession(orders(), "a");
        ofB = session.acceptSession(orders(), "b");
        take(ofA);
        take(ofA);
    }

    @Test
    void theCloseOfASessionConsumerMakesRoom() throws JMSException {
        fill(false);
        assertThat(ofB.receiveNoWait()).isNull();
        ofA.close();
        assertThat(text(take(ofB))).isEqualTo("3");
    }

    @Test
    void aReceiveThatWaitsGoesOnWhenTheSessionConsumerIsClosed() throws Exception {
        fill(true);
        Running<Message> waiting = Running.start(() -> take(ofB)).untilItWaits();
        ofA.close();
        assertThat(text(waiting.result())).isEqualTo("3");
    }

    @Test
    void aLockThatIsLostBeforeItsMessageIsHandedOverDoesNotCount() throws Exception {
        try (TestBroker broker = new TestBroker("?maxUnacknowledged=1")) {
            broker.send("plain", "1", "2");
            Queue plain = broker.queue("plain");
            PeeklockSession session = (PeeklockSession) broker.session(Session.CLIENT_ACKNOWLEDGE);
            PeeklockConsumer consumer = (PeeklockConsumer) session.createConsumer(plain);
            try (Receiver receiver =
                    broker.namespace().openReceiver(EntityPath.queue("plain"), ReceiverOptions.peekLock())) {
                Delivery first = receiver.receive().get(TestBroker.LONG_MS, TimeUnit.MILLISECONDS);
                session.core()
                        .unacknowledged()
                        .lockLost(new LostLock(
                                first.entity(), first.requireLockToken(), null, null, LostLock.Reason.EXPIRED));
                Message got = session.core().handover().accept(consumer, first, null, message -> message);
                assertThat(text(got)).isEqualTo("1");
            }
            assertThat(text(take(consumer))).isEqualTo("2");
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }
}
