/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.MessageSettings;
import io.peeklock.jms.message.PeeklockMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the simplified API: collects options, headers and properties, and puts them on what it sends.
 *
 * <p>For the context's one thread.
 */
final class PeeklockContextProducer implements JMSProducer {

    private final PeeklockProducer producer;
    private final PeeklockSession session;

    /** Carries headers and properties, and converts and checks them as messages do. */
    private final PeeklockMessage template;

    private SendOptions options = SendOptions.DEFAULT;
    private boolean messageIdDisabled;
    private boolean timestampDisabled;
    private boolean correlationIdIsBytes;
    private @Nullable CompletionListener listener;

    /** @param producer the context's anonymous one, which all of these share */
    PeeklockContextProducer(PeeklockProducer producer, PeeklockSession session, MessageSettings messages) {
        this.producer = producer;
        this.session = session;
        this.template = new PeeklockMessage(messages);
    }

    // ---- Sending

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable Message message) {
        return set(() -> {
            if (message == null) {
                throw new MessageFormatException("a message is needed, got null");
            }
            complete(message);
            producer.setDisableMessageID(messageIdDisabled);
            producer.setDisableMessageTimestamp(timestampDisabled);
            producer.setDeliveryDelay(options.deliveryDelayMs());
            CompletionListener callBack = listener;
            if (callBack == null) {
                producer.send(destination, message, options.deliveryMode(), options.priority(), options.timeToLiveMs());
            } else {
                producer.send(
                        destination,
                        message,
                        options.deliveryMode(),
                        options.priority(),
                        options.timeToLiveMs(),
                        callBack);
            }
        });
    }

    private void complete(Message message) throws JMSException {
        for (String name : Collections.list(template.getPropertyNames())) {
            message.setObjectProperty(name, template.getObjectProperty(name));
        }
        if (correlationIdIsBytes) {
            message.setJMSCorrelationIDAsBytes(template.getJMSCorrelationIDAsBytes());
        } else if (template.getJMSCorrelationID() != null) {
            message.setJMSCorrelationID(template.getJMSCorrelationID());
        }
        if (template.getJMSType() != null) {
            message.setJMSType(template.getJMSType());
        }
        if (template.getJMSReplyTo() != null) {
            message.setJMSReplyTo(template.getJMSReplyTo());
        }
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable String body) {
        return send(destination, PeeklockContext.<Message>call(() -> session.createTextMessage(body)));
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable Map<String, Object> body) {
        return send(destination, PeeklockContext.<Message>call(() -> {
            MapMessage message = session.createMapMessage();
            if (body != null) {
                for (Map.Entry<String, Object> entry : body.entrySet()) {
                    setEntry(message, entry.getKey(), entry.getValue());
                }
            }
            return message;
        }));
    }

    /** Here it is the map that is wrong, not the argument of a call: Jakarta Messaging, JMSProducer. */
    private static void setEntry(MapMessage message, @Nullable String name, @Nullable Object value)
            throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new MessageFormatException(
                    "a map message needs a name for each value, got " + (name == null ? "null" : "\"\""));
        }
        message.setObject(name, value);
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, byte @Nullable [] body) {
        return send(destination, PeeklockContext.<Message>call(() -> {
            BytesMessage message = session.createBytesMessage();
            if (body != null) {
                message.writeBytes(body);
            }
            return message;
        }));
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable Serializable body) {
        return send(destination, PeeklockContext.<Message>call(() -> session.createObjectMessage(body)));
    }

    // ---- Options

    @Override
    public JMSProducer setDisableMessageID(boolean value) {
        messageIdDisabled = value;
        return this;
    }

    @Override
    public boolean getDisableMessageID() {
        return messageIdDisabled;
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(boolean value) {
        timestampDisabled = value;
        return this;
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return timestampDisabled;
    }

    @Override
    public JMSProducer setDeliveryMode(int deliveryMode) {
        return set(() -> options = options.withDeliveryMode(deliveryMode));
    }

    @Override
    public int getDeliveryMode() {
        return options.deliveryMode();
    }

    @Override
    public JMSProducer setPriority(int priority) {
        return set(() -> options = options.withPriority(priority));
    }

    @Override
    public int getPriority() {
        return options.priority();
    }

    @Override
    public JMSProducer setTimeToLive(long timeToLive) {
        return set(() -> options = options.withTimeToLive(timeToLive));
    }

    @Override
    public long getTimeToLive() {
        return options.timeToLiveMs();
    }

    @Override
    public JMSProducer setDeliveryDelay(long deliveryDelay) {
        return set(() -> options = options.withDeliveryDelay(deliveryDelay));
    }

    @Override
    public long getDeliveryDelay() {
        return options.deliveryDelayMs();
    }

    @Override
    public JMSProducer setAsync(@Nullable CompletionListener completionListener) {
        listener = completionListener;
        return this;
    }

    @Override
    public @Nullable CompletionListener getAsync() {
        return listener;
    }

    // ---- Properties

    @Override
    public JMSProducer setProperty(String name, boolean value) {
        return set(() -> template.setBooleanProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, byte value) {
        return set(() -> template.setByteProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, short value) {
        return set(() -> template.setShortProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, int value) {
        return set(() -> template.setIntProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, long value) {
        return set(() -> template.setLongProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, float value) {
        return set(() -> template.setFloatProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, double value) {
        return set(() -> template.setDoubleProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable String value) {
        return set(() -> template.setStringProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable Object value) {
        return set(() -> template.setObjectProperty(name, value));
    }

    @Override
    public JMSProducer clearProperties() {
        return set(template::clearProperties);
    }

    @Override
    public boolean propertyExists(String name) {
        return template.propertyExists(name);
    }

    @Override
    public boolean getBooleanProperty(String name) {
        return PeeklockContext.call(() -> template.getBooleanProperty(name));
    }

    @Override
    public byte getByteProperty(String name) {
        return PeeklockContext.call(() -> template.getByteProperty(name));
    }

    @Override
    public short getShortProperty(String name) {
        return PeeklockContext.call(() -> template.getShortProperty(name));
    }

    @Override
    public int getIntProperty(String name) {
        return PeeklockContext.call(() -> template.getIntProperty(name));
    }

    @Override
    public long getLongProperty(String name) {
        return PeeklockContext.call(() -> template.getLongProperty(name));
    }

    @Override
    public float getFloatProperty(String name) {
        return PeeklockContext.call(() -> template.getFloatProperty(name));
    }

    @Override
    public double getDoubleProperty(String name) {
        return PeeklockContext.call(() -> template.getDoubleProperty(name));
    }

    @Override
    public @Nullable String getStringProperty(String name) {
        return PeeklockContext.find(() -> template.getStringProperty(name));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) {
        return template.getObjectProperty(name);
    }

    /** A view, which cannot be changed but by this producer (Jakarta Messaging, JMSProducer). */
    @Override
    public Set<String> getPropertyNames() {
        return new PropertyNamesView(template);
    }

    // ---- Headers

    @Override
    public JMSProducer setJMSCorrelationIDAsBytes(byte @Nullable [] correlationId) {
        correlationIdIsBytes = correlationId != null;
        return set(() -> template.setJMSCorrelationIDAsBytes(correlationId));
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        return template.getJMSCorrelationIDAsBytes();
    }

    @Override
    public JMSProducer setJMSCorrelationID(@Nullable String correlationId) {
        correlationIdIsBytes = false;
        return set(() -> template.setJMSCorrelationID(correlationId));
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        return template.getJMSCorrelationID();
    }

    @Override
    public JMSProducer setJMSType(@Nullable String type) {
        return set(() -> template.setJMSType(type));
    }

    @Override
    public @Nullable String getJMSType() {
        return template.getJMSType();
    }

    @Override
    public JMSProducer setJMSReplyTo(@Nullable Destination replyTo) {
        return set(() -> template.setJMSReplyTo(replyTo));
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        return template.getJMSReplyTo();
    }

    private JMSProducer set(PeeklockContext.Action action) {
        PeeklockContext.run(action);
        return this;
    }
}
