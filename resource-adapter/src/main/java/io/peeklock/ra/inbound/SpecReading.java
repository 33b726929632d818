/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.selector.Selector;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.ra.inbound.ActivationSettings.Address;
import io.peeklock.ra.inbound.ActivationSettings.Reconnecting;
import io.peeklock.ra.inbound.ActivationSettings.Source;
import io.peeklock.ra.store.BusAdapter;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.IntrospectionException;
import java.beans.PropertyDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the properties of one activation, and finds all that is wrong with them.
 *
 * <p>For one thread.
 */
final class SpecReading {

    private static final int MAX_SESSIONS = 1000;
    private static final String QUEUE = "jakarta.jms.Queue";
    private static final String TOPIC = "jakarta.jms.Topic";

    private final PeeklockActivationSpec spec;
    private final Map<String, String> wrong = new LinkedHashMap<>();

    SpecReading(PeeklockActivationSpec spec) {
        this.spec = spec;
    }

    ActivationSettings read() throws InvalidPropertyException {
        oneOf("acknowledgeMode", spec.getAcknowledgeMode(), "Auto-acknowledge", "Dups-ok-acknowledge");
        ActivationSettings settings = new ActivationSettings(
                source(),
                address(),
                number("maxSessions", spec.getMaxSessions(), 10, 1, MAX_SESSIONS),
                redelivery(),
                reconnecting(),
                time("deactivationTimeout", spec.getDeactivationTimeout(), Duration.ofSeconds(30)));
        if (!wrong.isEmpty()) {
            throw failure();
        }
        return settings;
    }

    private InvalidPropertyException failure() {
        InvalidPropertyException failure = new InvalidPropertyException(
                "the activation of a message-driven bean cannot be: " + String.join("; ", wrong.values()));
        List<PropertyDescriptor> properties = new ArrayList<>();
        for (String name : wrong.keySet()) {
            try {
                properties.add(new PropertyDescriptor(name, PeeklockActivationSpec.class));
            } catch (IntrospectionException e) {
                failure.addSuppressed(e);
            }
        }
        failure.setInvalidPropertyDescriptors(properties.toArray(PropertyDescriptor[]::new));
        return failure;
    }

    // ---- What is received

    private Source source() {
        String lookup = text(spec.getDestinationLookup());
        String name = text(spec.getDestinationName());
        // Liberty sets it to the destination that it has looked up itself.
        String legacy = lookup == null ? text(spec.getDestination()) : null;
        if (name != null && legacy != null && !name.equals(legacy)) {
            wrong("destination", legacy, "destinationName is " + name + ": give one of them");
        }
        name = name == null ? legacy : name;
        if (lookup == null && name == null) {
            wrong(
                    "destinationLookup",
                    "none",
                    "a bean needs the JNDI name of its queue or topic, or its name in the bus as destinationName");
        } else if (lookup != null && name != null) {
            wrong("destinationLookup", lookup, "the destination is named as well, " + name + ": give one of them");
        }
        Boolean topic = isTopic(lookup != null);
        boolean durable = "Durable"
                .equals(oneOf("subscriptionDurability", spec.getSubscriptionDurability(), "Durable", "NonDurable"));
        boolean shared = flag("sharedSubscription", spec.getSharedSubscription());
        String subscription = text(spec.getSubscriptionName());
        String clientId = text(spec.getClientId());
        boolean isSubscription = durable || shared;
        if (isSubscription && Boolean.FALSE.equals(topic)) {
            wrong(
                    durable ? "subscriptionDurability" : "sharedSubscription",
                    durable ? "Durable" : "true",
                    "a queue has no subscriptions; set destinationType to " + TOPIC);
        } else if (isSubscription && subscription == null) {
            wrong("subscriptionName", "none", "a durable or shared subscription has a name");
        } else if (durable && !shared && clientId == null) {
            wrong("clientId", "none", "an unshared durable subscription needs a client identifier");
        } else if (!isSubscription) {
            // As other adapters: a name that is left over says nothing.
            subscription = null;
        }
        return new Source(lookup, name, topic, selector(), subscription, durable, shared, clientId);
    }

    private @Nullable Boolean isTopic(boolean isLookedUp) {
        String type = oneOf("destinationType", spec.getDestinationType(), QUEUE, TOPIC);
        if (type != null) {
            return type.equals(TOPIC);
        }
        return isLookedUp ? null : Boolean.FALSE;
    }

    private @Nullable String selector() {
        String selector = text(spec.getMessageSelector());
        if (selector == null) {
            return null;
        }
        try {
            Selector.parse(selector);
        } catch (BrokerException e) {
            wrong("messageSelector", selector, String.valueOf(e.getMessage()));
        }
        return selector;
    }

    private Address address() {
        String url = text(spec.getUrl());
        if (url != null) {
            try {
                ConnectionFactorySettings.parse(url);
            } catch (IllegalArgumentException e) {
                // It may have a password in it.
                wrong("url", "as given", String.valueOf(e.getMessage()));
            }
        }
        String lookup = text(spec.getConnectionFactoryLookup());
        String user = text(spec.getUserName());
        if (lookup == null) {
            return new Address(null, url, user, spec.getPassword());
        }
        // Open Liberty gives an activation what the adapter has: that must not hide what the connection factory has.
        BusAdapter adapter = spec.getResourceAdapter() instanceof BusAdapter bus ? bus : null;
        if (adapter != null && user != null && user.equals(adapter.getUserName())) {
            user = null;
        }
        if (url != null && adapter != null && url.equals(adapter.getUrl())) {
            url = null;
        }
        if (url != null) {
            wrong("connectionFactoryLookup", lookup, "the url is given as well: give one of them");
        }
        return new Address(lookup, url, user, user == null ? null : spec.getPassword());
    }

    // ---- How

    private Redelivery redelivery() {
        Duration first = time("redeliveryDelay", spec.getRedeliveryDelay(), Duration.ofSeconds(1));
        Duration last = time("maxRedeliveryDelay", spec.getMaxRedeliveryDelay(), longer(first, Duration.ofMinutes(1)));
        if (last.compareTo(first) < 0) {
            wrong("maxRedeliveryDelay", spec.getMaxRedeliveryDelay(), "redeliveryDelay is longer");
        }
        double multiplier = parsed(
                "redeliveryBackOffMultiplier",
                text(spec.getRedeliveryBackOffMultiplier()),
                2.0,
                SpecReading::multiplier);
        int max = number("maxRedeliveries", spec.getMaxRedeliveries(), -1, -1, Integer.MAX_VALUE - 1);
        return new Redelivery(max, first, multiplier, last);
    }

    private static double multiplier(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 1 && value <= 100) {
                return value;
            }
        } catch (NumberFormatException e) {
            // As one that is too small.
        }
        throw new IllegalArgumentException("a number from 1 to 100 is allowed");
    }

    private Reconnecting reconnecting() {
        Duration first = time("reconnectInterval", spec.getReconnectInterval(), Duration.ofSeconds(1));
        Duration last =
                time("maxReconnectInterval", spec.getMaxReconnectInterval(), longer(first, Duration.ofSeconds(30)));
        if (last.compareTo(first) < 0) {
            wrong("maxReconnectInterval", spec.getMaxReconnectInterval(), "reconnectInterval is longer");
        }
        int attempts = number("reconnectAttempts", spec.getReconnectAttempts(), -1, -1, Integer.MAX_VALUE);
        return new Reconnecting(attempts, first, last, flag("failActivation", spec.getFailActivation()));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    // ---- Kinds of values

    private static @Nullable String text(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.trim();
    }

    private @Nullable String oneOf(String property, @Nullable String given, String... allowed) {
        String value = text(given);
        if (value == null) {
            return null;
        }
        for (String one : allowed) {
            // As their names in Java are written, too.
            if (one.equalsIgnoreCase(value) || one.replace('-', '_').equalsIgnoreCase(value)) {
                return one;
            }
        }
        wrong(property, value, "it is " + String.join(" or ", allowed));
        return null;
    }

    private boolean flag(String property, @Nullable String given) {
        return "true".equals(oneOf(property, given, "true", "false"));
    }

    private int number(String property, @Nullable String given, int ifNone, int min, int max) {
        return parsed(property, text(given), ifNone, text -> {
            try {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return (int) value;
                }
            } catch (NumberFormatException e) {
                // As one that is too small.
            }
            throw new IllegalArgumentException("a number from " + min + " to " + max + " is allowed");
        });
    }

    /** A number alone is in milliseconds, as other adapters have it. */
    private Duration time(String property, @Nullable String given, Duration ifNone) {
        return parsed(property, text(given), ifNone, text -> {
            Duration value = TimeText.parse(text.toLowerCase(Locale.ROOT));
            if (value.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException("it is 365 days at most");
            }
            return value;
        });
    }

    private <T> T parsed(String property, @Nullable String text, T ifNone, Function<String, T> parsing) {
        if (text == null) {
            return ifNone;
        }
        try {
            return parsing.apply(text);
        } catch (IllegalArgumentException e) {
            wrong(property, text, String.valueOf(e.getMessage()));
        }
        return ifNone;
    }

    private void wrong(String property, @Nullable String given, String why) {
        wrong.merge(property, property + " (" + given + "): " + why, (one, other) -> one + ", and " + other);
    }
}
