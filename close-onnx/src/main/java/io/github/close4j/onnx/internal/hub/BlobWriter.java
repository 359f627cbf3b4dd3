package io.github.close4j.onnx.internal.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.ObjDoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a response's bytes to a file as they come: after what is there, if the response is the
 * rest, else from the start. The client's own input stream would lose, when a connection breaks,
 * what came before the break and was not read yet.
 */
final class BlobWriter implements HttpResponse.BodySubscriber<Boolean> {
  private static final int PARTIAL_CONTENT = 206;

  private final HubClient.RemoteFile file;
  private final FileChannel channel;
  private final ObjDoubleConsumer<String> progress;
  private final CompletableFuture<Boolean> written = new CompletableFuture<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile HttpResponse.@Nullable ResponseInfo response;
  private volatile @Nullable RuntimeException refusal;

  BlobWriter(HubClient.RemoteFile file, FileChannel channel, ObjDoubleConsumer<String> progress) {
    this.file = file;
    this.channel = channel;
    this.progress = progress;
  }

  /** Takes the head of the response whose body is to be written. */
  HttpResponse.BodySubscriber<Boolean> answering(HttpResponse.ResponseInfo head) {
    response = head;
    return this;
  }

  /** Throws what the writer, or who is told of it, refused, if it did. */
  void throwRefusal() {
    RuntimeException thrown = refusal;
    if (thrown != null) {
      throw thrown;
    }
  }

  @Override
  public CompletionStage<Boolean> getBody() {
    return written;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    guarded(newSubscription, () -> begin(present(response, "the response's head")));
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    guarded(
        present(subscription, "a subscription"),
        () -> {
          for (ByteBuffer buffer : buffers) {
            append(buffer);
          }
          progress.accept(file.name(), (double) channel.size() / file.size());
        });
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Does a step and asks for more; a failure ends the response. */
  private void guarded(Flow.Subscription current, Step step) {
    try {
      step.run();
      current.request(1);
    } catch (IOException e) {
      stop(current, e);
    } catch (RuntimeException e) {
      refusal = e;
      stop(current, e);
    }
  }

  private void begin(HttpResponse.ResponseInfo head) throws IOException {
    if (head.statusCode() != PARTIAL_CONTENT) {
      // A server may answer a request for the rest with the whole.
      channel.truncate(0);
      return;
    }
    String range = head.headers().firstValue("Content-Range").orElse("nothing");
    if (!range.startsWith("bytes " + channel.size() + "-")) {
      throw HubClient.failure(
          "%s: expected the bytes from %d on, found %s"
              .formatted(file.name(), channel.size(), range),
          null);
    }
  }

  private void append(ByteBuffer bytes) throws IOException {
    if (channel.size() + bytes.remaining() > file.size()) {
      channel.truncate(0);
      throw HubClient.failure(
          "%s: expected %d bytes, found more".formatted(file.name(), file.size()), null);
    }
    channel.position(channel.size());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void stop(Flow.Subscription current, Exception reason) {
    current.cancel();
    written.completeExceptionally(reason);
  }

  private <T> T present(@Nullable T given, String what) {
    if (given == null) {
      throw new IllegalStateException(
          "%s: expected %s before the body, found none".formatted(file.name(), what));
    }
    return given;
  }

  @Override
  public void onError(Throwable failure) {
    written.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    written.complete(true);
  }
}
