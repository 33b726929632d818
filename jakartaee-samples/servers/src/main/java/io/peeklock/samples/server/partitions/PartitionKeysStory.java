/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.partitions;

import io.peeklock.samples.server.Story;
import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import jakarta.transaction.UserTransaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Books on accounts that lie in a partitioned queue: what belongs to one account is in one partition, in order, and a global
 * transaction is for one account. For one request at a time.
 */
@WebServlet("/partition-keys")
public class PartitionKeysStory extends Story {

    private static final long serialVersionUID = 1L;
    private static final String KEY = "JMS_SB_PartitionKey";
    private static final List<String> ACCOUNTS = List.of("anna", "bruno", "carla", "dino", "elsa");
    private static final long PATIENCE_MS = 30_000;

    @Resource(name = "jms/bus")
    private transient ConnectionFactory bus;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void tell(Consumer<String> line) throws Exception {
        Map<String, Long> partitions = new HashMap<>();
        for (String booking : List.of("opened", "10.00 paid in")) {
            for (String account : ACCOUNTS) {
                book(account, booking);
            }
        }
        receive(2 * ACCOUNTS.size(), partitions, line);
        String first = ACCOUNTS.get(0);
        String other = elsewhere(partitions, first);

        transaction.begin();
        book(first, "5.00 paid out");
        try {
            book(other, "5.00 paid in");
            line.accept("both accounts in one transaction");
        } catch (JMSRuntimeException e) {
            line.accept("refused, " + e.getErrorCode() + ": " + first + " and " + other + " in one transaction");
        }
        book(first, "5.00 less");
        transaction.commit();
        receive(2, partitions, line);
    }

    /** An account whose partition is another one. */
    private static String elsewhere(Map<String, Long> partitions, String account) {
        return partitions.entrySet().stream()
                .filter(other -> !other.getValue().equals(partitions.get(account)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private void book(String account, String booking) {
        try (JMSContext context = bus.createContext()) {
            Queue accounts = context.createQueue("accounts");
            context.createProducer().setProperty(KEY, account).send(accounts, account + ": " + booking);
        }
    }

    /** A number's upper 16 bits are the partition. */
    private void receive(int count, Map<String, Long> partitions, Consumer<String> line) throws JMSException {
        List<String> told = new ArrayList<>();
        try (JMSContext context = bus.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue("accounts"))) {
            for (int i = 0; i < count; i++) {
                Message booking = consumer.receive(PATIENCE_MS);
                String account = booking.getStringProperty(KEY);
                long partition = booking.getLongProperty("JMS_SB_SequenceNumber") >>> 48;
                Long before = partitions.put(account, partition);
                String where = before == null ? "in a partition" : "in the same partition: " + before.equals(partition);
                told.add(booking.getBody(String.class) + ", " + where);
            }
        }
        // Between accounts there is no order; of one account the sort, which is stable, keeps it.
        told.sort(Comparator.comparing(booking -> booking.substring(0, booking.indexOf(':'))));
        told.forEach(line);
    }
}
