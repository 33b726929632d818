/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static io.peeklock.jms.TestBroker.take;
import static io.peeklock.jms.TestBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Browsing and peeking: rules N6 and N7. */
class BrowserTest {

    private static final String ORDERS = "orders";

    private TestBroker broker;
    private BusSession session;

    @BeforeEach
    void open() throws JMSException {
        broker = new TestBroker("?partitions=4");
        session = (BusSession) broker.session(Session.CLIENT_ACKNOWLEDGE);
    }

    @AfterEach
    void close() throws JMSException {
        broker.close();
    }

    private static List<String> texts(QueueBrowser browser) throws JMSException {
        List<String> texts = new ArrayList<>();
        Enumeration<?> messages = browser.getEnumeration();
        while (messages.hasMoreElements()) {
            texts.add(text((Message) messages.nextElement()));
        }
        return texts;
    }

    @Test
    @Tag("N6")
    void showsActiveAndLockedMessagesAndTakesNone() throws JMSException {
        broker.send(ORDERS, "a", "b");
        take(session.createConsumer(broker.queue(ORDERS)));
        QueueBrowser browser = session.createBrowser(broker.queue(ORDERS));
        assertThat(texts(browser)).containsExactly("a", "b");
        assertThat(texts(browser)).as("once more").containsExactly("a", "b");
        assertThat(broker.drain(ORDERS)).containsExactly("b");
    }

    @Test
    void goesThroughManyPages() throws JMSException {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            sent.add("m" + i);
        }
        broker.send(ORDERS, sent.toArray(new String[0]));
        assertThat(texts(session.createBrowser(broker.queue(ORDERS)))).containsExactlyElementsOf(sent);
    }

    @Test
    void goesThroughLargeMessagesOneByOne() throws JMSException {
        try (TestBroker large = new TestBroker("?maxMessageSize=100MB")) {
            large.send(ORDERS, "a", "b", "c");
            Session own = large.session(Session.AUTO_ACKNOWLEDGE);
            assertThat(texts(own.createBrowser(large.queue(ORDERS)))).containsExactly("a", "b", "c");
        }
    }

    @ParameterizedTest
    @CsvSource({"1024, 250", "65536, 250", "262144, 64", "16777216, 1", "104857600, 1"})
    void takesPagesThatFitIntoMemory(int maxMessageBytes, int messages) {
        assertThat(PeeklockBrowser.pageMessages(maxMessageBytes)).isEqualTo(messages);
    }

    @Test
    @Tag("N6")
    void mayGoOnWhileMessagesComeAndGo() throws Exception {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            broker.send(ORDERS, "m" + i);
            if (i >= 300) {
                kept.add("m" + i);
            }
        }
        Enumeration<?> messages = session.createBrowser(broker.queue(ORDERS)).getEnumeration();
        assertThat(text((Message) messages.nextElement())).isEqualTo("m0");
        try (Session other = broker.session(Session.AUTO_ACKNOWLEDGE)) {
            MessageConsumer consumer = other.createConsumer(broker.queue(ORDERS));
            for (int i = 0; i < 300; i++) {
                take(consumer);
            }
        }
        broker.send(ORDERS, "late");
        List<String> rest = new ArrayList<>();
        while (messages.hasMoreElements()) {
            rest.add(text((Message) messages.nextElement()));
        }
        assertThat(rest).endsWith("late").containsSubsequence(kept).doesNotHaveDuplicates();
        assertThat(broker.drain(ORDERS)).hasSize(301);
    }

    @Test
    @Tag("N7")
    void coversAllPartitions() throws JMSException {
        try (TestBroker partitioned = new TestBroker("?partitions=4&autoCreate.partitioned=true")) {
            partitioned.send("parts", "a", "b", "c", "d", "e");
            Session own = partitioned.session(Session.AUTO_ACKNOWLEDGE);
            assertThat(texts(own.createBrowser(partitioned.queue("parts"))))
                    .containsExactlyInAnyOrder("a", "b", "c", "d", "e");
        }
    }

    @Test
    void showsWhatItsSelectorChooses() throws JMSException {
        broker.send(ORDERS, "a");
        QueueBrowser browser = session.createBrowser(broker.queue(ORDERS), "JMSPriority = 9");
        assertThat(browser.getMessageSelector()).isEqualTo("JMSPriority = 9");
        assertThat(browser.getQueue()).isEqualTo(broker.queue(ORDERS));
        assertThat(texts(browser)).isEmpty();
    }

    @Test
    void hasAnEnd() throws JMSException {
        QueueBrowser browser = session.createBrowser(broker.queue(ORDERS));
        Enumeration<?> none = browser.getEnumeration();
        assertThatThrownBy(none::nextElement).isInstanceOf(NoSuchElementException.class);
        browser.close();
        assertThatThrownBy(browser::getEnumeration).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("D1")
    void peekShowsDeadLettersWithTheirReason() throws JMSException {
        broker.send(ORDERS, "a");
        PeekLocked.of(take(session.createConsumer(broker.queue(ORDERS)))).deadLetter("Wrong", "on purpose");
        List<Message> dead = session.peek(broker.queue(ORDERS + "/$deadletterqueue"), 0, 10);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).getStringProperty("DeadLetterReason")).isEqualTo("Wrong");
        assertThat(dead.get(0).getStringProperty("DeadLetterErrorDescription")).isEqualTo("on purpose");
        assertThat(dead.get(0).getJMSDestination()).isEqualTo(broker.queue(ORDERS));
    }

    @Test
    @Tag("T7")
    void showsDeadLettersWhoseTimeIsOver() throws JMSException {
        MessageProducer producer = session.createProducer(broker.queue(ORDERS));
        producer.setTimeToLive(1_500);
        producer.send(session.createTextMessage("a"));
        PeekLocked.of(take(session.createConsumer(broker.queue(ORDERS)))).deadLetter("Wrong", null);
        QueueBrowser browser = session.createBrowser(broker.queue(ORDERS + "/$deadletterqueue"));
        assertThat(texts(browser)).containsExactly("a");
        Instant expired = Instant.now().plusMillis(1_500);
        Awaitility.await().until(() -> Instant.now().isAfter(expired));
        assertThat(texts(browser)).containsExactly("a");
    }

    @Test
    @Tag("N6")
    void peekRefusesMoreThan250() {
        assertThatThrownBy(() -> session.peek(broker.queue(ORDERS), 0, 251)).isInstanceOf(JMSException.class);
    }
}
