/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.BusSession;
import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.JmsException;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

/** A store whose disk fails under a pool: what was sent before and after is there, and the pool goes on. */
class StoreFailureIT {

    private static final String ORDERS = "orders";
    /** A journal file has room for four: a new one is needed soon. */
    private static final String PADDING = "x".repeat(60_000);

    @TempDir
    private Path directory;

    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    private Path store;
    private PeeklockConnectionFactory provider;
    private final List<String> sent = new ArrayList<>();

    @BeforeEach
    void open() {
        store = directory.resolve("bus");
        provider = new PeeklockConnectionFactory("peeklock:file:" + store + "?partitions=1&journal.fileSize=256KiB");
    }

    /** Although it lingers as a rule: as it is, it is of no use to anybody. */
    @Test
    void isOpenedAnewWhenNobodyIsConnected() throws Exception {
        try (PeeklockConnectionFactory factory = provider) {
            JmsTemplate template = new JmsTemplate(factory);
            breakUnder(template);
            sendNext(template);
            template.setReceiveTimeout(WrappedBroker.LONG_MS);
            for (int i = 0; !heard.containsAll(sent); i++) {
                assertThat(i).isLessThanOrEqualTo(sent.size());
                heard.add(number(template.receive(ORDERS)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FactoryWrapping.class)
    void goesOnForAllWhenItIsReopened(FactoryWrapping wrapping) throws Exception {
        try (PeeklockConnectionFactory factory = provider;
                Connection administrator = factory.createConnection();
                WrappedFactory wrapped = wrapping.wrap(factory)) {
            JmsTemplate template = new JmsTemplate(wrapped.factory());
            sendNext(template);
            DefaultMessageListenerContainer container = container(wrapped);
            breakUnder(template);
            assertThatThrownBy(() -> sendNext(template)).isInstanceOf(JmsException.class);
            ((BusSession) administrator.createSession()).namespace().reopen(0).join();
            sendNext(template);
            Awaitility.await().until(() -> heard.containsAll(sent));
            container.shutdown();
        }
    }

    /** The journal needs a file that it cannot make, because its directory is elsewhere for a while. */
    private void breakUnder(JmsTemplate template) throws IOException {
        sendNext(template);
        Path partition = store.resolve("partition-00");
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(partition, elsewhere);
        sendUntilItFails(template);
        Files.move(elsewhere, partition);
    }

    private DefaultMessageListenerContainer container(WrappedFactory wrapped) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(wrapped.factory());
        container.setDestinationName(ORDERS);
        container.setSessionTransacted(true);
        container.setReceiveTimeout(50);
        container.setRecoveryInterval(50);
        container.setupMessageListener((jakarta.jms.MessageListener) message -> heard.add(number(message)));
        container.afterPropertiesSet();
        container.start();
        return container;
    }

    private static String number(Message message) {
        try {
            return message.getStringProperty("number");
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private boolean sendNext(JmsTemplate template) {
        String number = "n" + sent.size();
        template.convertAndSend(ORDERS, PADDING, message -> {
            message.setStringProperty("number", number);
            return message;
        });
        return sent.add(number);
    }

    /** Until the journal needs a file that it cannot make. What fails may have been stored or not. */
    private void sendUntilItFails(JmsTemplate template) {
        try {
            for (int i = 0; i < 10_000; i++) {
                sendNext(template);
            }
        } catch (JmsException e) {
            assertThat(e.getErrorCode()).isIn("OutcomeUnknown", "PartitionUnavailable");
            return;
        }
        throw new AssertionError("10,000 sends did not fail");
    }
}
