/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.Queue;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Object messages of an application's own classes, on a broker without options. */
@DisplayName("object messages of the application's classes")
class SentClassesIT {

    @TempDir
    Path directory;

    private record Line(String article, int count) implements Serializable {}

    private static final class Order implements Serializable {
        private static final long serialVersionUID = 1L;
        private final List<Line> lines = new ArrayList<>(List.of(new Line("a", 1)));
        private final Line[] gifts = {new Line("b", 2)};
    }

    private PeeklockConnectionFactory factory(String options) {
        return new PeeklockConnectionFactory("peeklock:file:" + directory + "?partitions=1&linger=0" + options);
    }

    private static void send(PeeklockConnectionFactory factory, Serializable object) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("orders"), object);
        }
    }

    private static Message receive(JMSContext context) {
        Queue queue = context.createQueue("orders");
        return context.createConsumer(queue).receive(TestBroker.LONG_MS);
    }

    @Test
    void areReadByAnyConnectionOfTheBrokerThatHasSentThem() throws JMSException {
        try (PeeklockConnectionFactory sending = factory("");
                PeeklockConnectionFactory receiving = factory("");
                JMSContext receiver = receiving.createContext()) {
            send(sending, new Order());
            assertThat(receive(receiver).getBody(Order.class).lines).containsExactly(new Line("a", 1));
            send(sending, new Line("c", 3));
            assertThat(receiver.createConsumer(receiver.createQueue("orders"))
                            .receiveBody(Line.class, TestBroker.LONG_MS))
                    .isEqualTo(new Line("c", 3));
        }
    }

    @Test
    void areRefusedWhenTheBrokerWasOpenedAnewUntilTheyAreNamedOrSentAgain() throws JMSException {
        try (PeeklockConnectionFactory before = factory("")) {
            send(before, new Order());
        }
        try (PeeklockConnectionFactory after = factory("");
                JMSContext context = after.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Message message = receive(context);
            assertThatThrownBy(() -> message.getBody(Order.class))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("trustedPackages=" + Order.class.getName());
        }
        try (PeeklockConnectionFactory named = factory("&trustedPackages=io.peeklock.jms");
                JMSContext context = named.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(receive(context).getBody(Order.class).gifts).containsExactly(new Line("b", 2));
        }
        try (PeeklockConnectionFactory after = factory("");
                JMSContext context = after.createContext()) {
            context.createObjectMessage(new Order());
            assertThat(receive(context).getBody(Order.class).gifts).containsExactly(new Line("b", 2));
        }
    }

    @Test
    void thatNobodyHasSentAreNotTaughtByReadingOthers() {
        try (PeeklockConnectionFactory before = factory("")) {
            send(before, new Line("a", 1));
            send(before, new Order());
        }
        try (PeeklockConnectionFactory after = factory("");
                JMSContext context = after.createContext()) {
            context.createObjectMessage(new Line("z", 0));
            Queue queue = context.createQueue("orders");
            assertThat(context.createConsumer(queue).receiveBody(Line.class, TestBroker.LONG_MS))
                    .isEqualTo(new Line("a", 1));
            assertThatThrownBy(() -> context.createConsumer(queue).receiveBody(Order.class, TestBroker.LONG_MS))
                    .isInstanceOf(MessageFormatRuntimeException.class)
                    .hasMessageContaining(Order.class.getName());
        }
    }
}
